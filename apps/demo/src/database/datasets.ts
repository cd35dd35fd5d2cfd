import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'

// The files come with the npm package, so the demo needs no network: flights from the U.S. Bureau of Transportation Statistics (first
// quarter of 2001), airports from data.gov, weather from NOAA; all works of the U.S. government.
const entryPoint = createRequire(import.meta.url).resolve('vega-datasets')
const file = (name: string): URL => new URL(`../data/${name}`, `file://${entryPoint}`)

const flight = z.object({
  /** Local time of departure: `2001/01/01 00:47`. */
  date: z.string().regex(/^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}$/),
  delay: z.number().int(),
  distance: z.number().int(),
  origin: z.string(),
  destination: z.string(),
})
const airport = z.object({
  iata: z.string(),
  name: z.string(),
  city: z.string(),
  state: z.string(),
  country: z.string(),
  latitude: z.coerce.number(),
  longitude: z.coerce.number(),
})
const weatherDay = z.object({
  location: z.string(),
  date: z.iso.date(),
  precipitation: z.coerce.number(),
  temp_max: z.coerce.number(),
  temp_min: z.coerce.number(),
  wind: z.coerce.number(),
  weather: z.string(),
})

export type Flight = z.output<typeof flight>
export type Airport = z.output<typeof airport>
export type WeatherDay = z.output<typeof weatherDay>

/** 20,000 domestic flights, in order of departure. */
export async function readFlights(): Promise<readonly Flight[]> {
  const flights = z.array(flight).parse(JSON.parse(await readFile(file('flights-20k.json'), 'utf8')))
  return flights.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
}

/** 3,376 airports of the United States. */
export async function readAirports(): Promise<readonly Airport[]> {
  return z.array(airport).parse(await readCsv('airports.csv'))
}

/** Four years of daily weather in Seattle and New York. */
export async function readWeather(): Promise<readonly WeatherDay[]> {
  return z.array(weatherDay).parse(await readCsv('weather.csv'))
}

async function readCsv(name: string): Promise<unknown> {
  return parse(await readFile(file(name), 'utf8'), { columns: true, skip_empty_lines: true })
}
