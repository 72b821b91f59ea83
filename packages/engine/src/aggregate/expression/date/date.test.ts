import { Long } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { evaluate, valueOf } from '../../testing/evaluate';

const DATE = new Date('2020-01-31T12:34:56.789Z');
const NEW_YORK = 'America/New_York';
const date = (text: string): Date => new Date(text);

describe('parts', () => {
  it.each([
    [{ $year: '$d' }, 2020],
    [{ $hour: { date: '$d', timezone: NEW_YORK } }, 7],
    [{ $hour: { date: '$d', timezone: '+05:30' } }, 18],
    [{ $hour: { date: '$d', timezone: 'america/new_york' } }, 'code: 40485'],
    [{ $week: '$d' }, 4],
    [{ $isoWeekYear: date('2016-01-01') }, Long.fromNumber(2015)],
    [{ $hour: '$text' }, 'code: 16006'],
    [{ $hour: { date: '$nothing', timezone: 'nowhere' } }, null],
    [
      { $dateToString: { date: '$d', format: '%Y-%j %H:%M:%S.%L %z', timezone: NEW_YORK } },
      '2020-031 07:34:56.789 -0500',
    ],
    [{ $dateToString: { date: '$d', format: '%Q' } }, 'code: 18536'],
  ])('%j', (expression, expected) => {
    expect(evaluate(expression, { d: DATE, text: 'x' })).toEqual(expected);
  });
});

describe('made of parts or text', () => {
  it.each([
    [{ $dateFromParts: { year: 2017, month: 14, day: 30 } }, date('2018-03-02')],
    [{ $dateFromParts: { isoWeekYear: 2017, isoWeek: 5, isoDayOfWeek: 3 } }, date('2017-02-01')],
    [{ $dateFromParts: { year: 2017, month: 7, timezone: NEW_YORK } }, date('2017-07-01T04:00:00Z')],
    [{ $dateFromParts: { year: 10000 } }, 'code: 40523'],
    [{ $dateFromString: { dateString: '2017-02-08T12:10:40.787+02:00' } }, date('2017-02-08T10:10:40.787Z')],
    [{ $dateFromString: { dateString: 'July 4th, 2017' } }, date('2017-07-04')],
    [{ $dateFromString: { dateString: '15/6/2018', format: '%d/%m/%Y' } }, date('2018-06-15')],
    [{ $dateFromString: { dateString: '2017-02-30' } }, 'code: 241'],
    [{ $dateFromString: { dateString: 'nonsense', onError: 'oops' } }, 'oops'],
  ])('%j', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe('arithmetic', () => {
  it.each([
    [{ $dateAdd: { startDate: '$d', unit: 'month', amount: 1 } }, date('2020-02-29T12:34:56.789Z')],
    // The clock time stays over the change to summer time.
    [
      { $dateAdd: { startDate: date('2021-03-13T12:00:00Z'), unit: 'day', amount: 1, timezone: NEW_YORK } },
      date('2021-03-14T11:00:00Z'),
    ],
    [{ $dateDiff: { startDate: '$d', endDate: date('2021-03-01'), unit: 'week' } }, Long.fromNumber(57)],
    [{ $dateTrunc: { date: '$d', unit: 'week', binSize: 2 } }, date('2020-01-19')],
    [{ $dateTrunc: { date: '$d', unit: 'hour', binSize: 5 } }, date('2020-01-31T10:00:00Z')],
    [{ $dateAdd: { startDate: '$d', unit: 'decade', amount: 1 } }, 'code: 9'],
    [{ $dateTrunc: { date: '$d', unit: 'day', binSize: 0 } }, 'code: 5439018'],
  ])('%j', (expression, expected) => {
    expect(evaluate(expression, { d: DATE })).toEqual(valueOf(expected));
  });
});
