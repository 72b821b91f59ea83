import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMoment, readTime } from './moment';

/** A Sunday, 03:00 in Zurich. */
const NOW = Date.parse('2026-11-22T02:00:00Z');
const read = (text: string, now = NOW) => new Date(readTime(text, '--time', 'a time', now)).toISOString();
const zone = process.env['TZ'];

beforeEach(() => void (process.env['TZ'] = 'Europe/Zurich'));
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('a time', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.250Z', '2026-01-31T12:00:00.250Z'],
    ['2026-01-31T12:00:00.5+02:00', '2026-01-31T10:00:00.500Z'],
    ['2026-01-31 12:00 +0200', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31 12:00-05:00', '2026-01-31T17:00:00.000Z'],
    ['2026-01-31 12:00 UTC', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 12:00 Europe/Zurich', '2026-01-31T11:00:00.000Z'],
    ['2026-07-31 12:00 Europe/Zurich', '2026-07-31T10:00:00.000Z'],
    ['2026-01-31 12:00 America/Argentina/Buenos_Aires', '2026-01-31T15:00:00.000Z'],
    ['2026-01-31 Asia/Tokyo', '2026-01-30T15:00:00.000Z'],
    // Local without a zone.
    ['2026-01-31', '2026-01-30T23:00:00.000Z'],
    ['2026-07-31T12:00', '2026-07-31T10:00:00.000Z'],
    [' 2026-07-31 12:00:01 ', '2026-07-31T10:00:01.000Z'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));

  it.each([
    ['now', '2026-11-22T02:00:00.000Z'],
    ['2 hours ago', '2026-11-22T00:00:00.000Z'],
    ['1.5 hours ago', '2026-11-22T00:30:00.000Z'],
    ['an hour ago', '2026-11-22T01:00:00.000Z'],
    ['30 days ago', '2026-10-23T01:00:00.000Z'],
    ['2 weeks ago', '2026-11-08T02:00:00.000Z'],
    ['in 3 days', '2026-11-25T02:00:00.000Z'],
    ['yesterday 17:00', '2026-11-21T16:00:00.000Z'],
    ['yesterday at 5pm', '2026-11-21T16:00:00.000Z'],
    ['yesterday', '2026-11-20T23:00:00.000Z'],
    ['today 01:30', '2026-11-22T00:30:00.000Z'],
    ['last friday', '2026-11-19T23:00:00.000Z'],
    ['31 January 2026 12:00', '2026-01-31T11:00:00.000Z'],
    ['Jan 31, 2026', '2026-01-30T23:00:00.000Z'],
    ['yesterday 17:00 UTC', '2026-11-21T17:00:00.000Z'],
    ['yesterday 17:00 America/New_York', '2026-11-20T22:00:00.000Z'],
    ['yesterday 17:00 +02:00', '2026-11-21T15:00:00.000Z'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));

  it('in words is reckoned in hours that pass, and in days of the calendar', () => {
    // Clocks went back at 01:00 UTC.
    const after = Date.parse('2026-10-25T02:00:00Z');
    expect(read('2 hours ago', after)).toBe('2026-10-25T00:00:00.000Z');
    expect(read('1 day ago', after)).toBe('2026-10-24T01:00:00.000Z');
  });

  it.each([
    ['2026-10-25 02:30', /show it twice; say which with \+02:00 or \+01:00/],
    ['2026-03-29 02:30', /leave it out/],
    ['2026-02-31', /no such day/],
    ['2026-01-31 25:00', /no such day or hour/],
    ['2026-01-31 12:00 Europe/Zuerich', /no time zone 'Europe\/Zuerich'/],
    ['yesterday 17:00 Mars/Base', /no time zone 'Mars\/Base'/],
    ['yesterday 17:00 CET', /write the zone as/],
    ['2026-01-31 12:00 EST', /was given/],
    ['01/02/2026', /write the day as 2026-01-31/],
    ['31.1.2026', /was given/],
    ['monday', /say last or next/],
    ['31 January', /say the year/],
    ['yesterday evening', /say the hour/],
    ['yesterday 10:00 to 12:00', /span of time/],
    ['yesterday 25:00', /was given/],
    ['2 hours ago or so', /was given/],
    ['3 moons ago', /was given/],
    ['soon', /was given/],
    ['-5', /was given/],
    ['1.5', /was given/],
    ['', /was given/],
  ])('%s is none', (text, problem) => {
    expect(() => read(text)).toThrow(problem);
    expect(() => read(text)).toThrow(/^--time takes a time \(2026-01-31/);
  });
});

it('an LSN is a moment, too', () => {
  expect(readMoment('1042', '--at')).toEqual({ lsn: 1042 });
  expect(readMoment('2 hours ago', '--at', NOW)).toEqual({ timestamp: NOW - 7_200_000 });
  expect(() => readMoment('0', '--at')).toThrow(/an LSN/);
});
