/** Replace this by the lib's one idea. */
export const name = 'script-surroundings'
