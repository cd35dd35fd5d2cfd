/** What `npm start` itself reads, beside the settings that it passes on to the apps. */
export const starterSettings = {
  EMBEDDED_POSTGRES_PORT: {
    description: 'Port of the PostgreSQL that npm start brings along; another free one is taken when it is in use.',
    example: '54329',
    secret: false,
  },
}
