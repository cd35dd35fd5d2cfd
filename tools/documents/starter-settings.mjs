/** What `npm start` itself reads, beside the settings that it passes on to the apps. */
export const starterSettings = {
  PENSTOCK_ENV_FILE: {
    description: 'File that npm start reads settings from; what is set in the environment wins over it.',
    example: '.env',
    secret: false,
  },
  PENSTOCK_STATE_DIR: {
    description: 'Folder of what npm start keeps: the database, the generated secrets, the last good snapshot.',
    example: '.penstock',
    secret: false,
  },
  EMBEDDED_POSTGRES_PORT: {
    description:
      'Port of the PostgreSQL that npm start brings along. Not set: the one of the first start, which takes a free one when this is in use.',
    example: '54329',
    secret: false,
  },
  EMBEDDED_POSTGRES_PASSWORD: {
    description:
      'Password of that PostgreSQL, from its first start on. Not set: one is made and kept in the state folder.',
    secret: true,
  },
}
