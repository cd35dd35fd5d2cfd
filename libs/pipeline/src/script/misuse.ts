/** A script asked for something in a way that cannot be answered; the message is for its author. */
export class Misuse extends Error {}
