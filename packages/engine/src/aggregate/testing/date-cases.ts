import { Long, type Value } from '@argon/bson';
import { object, type ExpressionMaker, type OperatorCase } from './expression-maker';
import type { Kind } from './random-documents';

const ZONES: readonly Value[] = [
  ...[
    'UTC',
    'America/New_York',
    'Europe/Berlin',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'GMT',
    'Pacific/Apia',
  ],
  ...['+05:30', '-0800', '+03', '-00:45', '+14:00'],
  ...['Nowhere/Land', 'utc', '5', '$n', '$missing', '$i', 7],
];
const UNITS: readonly Value[] = [
  ...['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'],
  ...['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'],
  ...['decade', '$n', 5],
];
const WEEKDAYS: readonly Value[] = ['monday', 'Sun', 'WED', 'saturday', 'xyz', 3, '$n'];
const FORMATS: readonly Value[] = [
  ...['%Y-%m-%d', '%d/%m/%Y %H:%M:%S.%L', '%G-W%V-%u', '%j %U %w', '%z %Z %%', '%Y%m%dT%H', '', 'x'],
  ...['%Q', '%', '$n', 5],
];

const zone = (maker: ExpressionMaker): Value => maker.random.pick(ZONES);
const moment = (maker: ExpressionMaker): Value =>
  maker.of(maker.random.pick<Kind>(['date', 'date', 'date', 'date', 'timestamp', 'objectId', 'null']));
const unit = (maker: ExpressionMaker): Value => maker.random.pick(UNITS);
const amount = (maker: ExpressionMaker): Value =>
  maker.random.pick<Value>([
    0,
    1,
    -1,
    2,
    12,
    -13,
    40,
    366,
    1000,
    Long.fromString('5'),
    '$i',
    '$j',
    1.5,
    'x',
    null,
  ]);

const part: OperatorCase = {
  returns: 'int',
  argument: (maker) => {
    if (maker.random.chance(0.3)) return [moment(maker)];
    return maker.named({ date: [0.99, () => moment(maker)], timezone: [0.7, () => zone(maker)] });
  },
};

const add: OperatorCase = {
  returns: 'date',
  argument: (maker) =>
    maker.named({
      startDate: [0.99, () => moment(maker)],
      unit: [0.99, () => unit(maker)],
      amount: [0.99, () => amount(maker)],
      timezone: [0.5, () => zone(maker)],
    }),
};

const PARTS = [
  ...['$year', '$month', '$dayOfMonth', '$hour', '$minute', '$second', '$millisecond', '$dayOfYear'],
  ...['$dayOfWeek', '$week', '$isoWeek', '$isoDayOfWeek', '$isoWeekYear'],
];

export const DATE_CASES: Readonly<Record<string, OperatorCase>> = {
  ...Object.fromEntries(PARTS.map((name): [string, OperatorCase] => [name, part])),
  $dateAdd: add,
  $dateSubtract: add,
  $dateDiff: {
    returns: 'number',
    argument: (maker) =>
      maker.named({
        startDate: [0.99, () => moment(maker)],
        endDate: [0.99, () => moment(maker)],
        unit: [0.99, () => unit(maker)],
        timezone: [0.5, () => zone(maker)],
        startOfWeek: [0.3, () => maker.random.pick(WEEKDAYS)],
      }),
  },
  $dateTrunc: {
    returns: 'date',
    argument: (maker) =>
      maker.named({
        date: [0.99, () => moment(maker)],
        unit: [0.99, () => unit(maker)],
        binSize: [
          0.5,
          () => maker.random.pick<Value>([1, 2, 3, 7, 10, 100, Long.fromString('5'), 0, -1, 1.5, 'x', null]),
        ],
        timezone: [0.5, () => zone(maker)],
        startOfWeek: [0.3, () => maker.random.pick(WEEKDAYS)],
      }),
  },
  $dateToString: {
    returns: 'text',
    argument: (maker) =>
      maker.named({
        date: [0.99, () => moment(maker)],
        format: [0.7, () => maker.random.pick(FORMATS)],
        timezone: [0.5, () => zone(maker)],
        onNull: [0.2, () => maker.of('any')],
      }),
  },
  $dateToParts: {
    returns: 'object',
    argument: (maker) =>
      maker.named({
        date: [0.99, () => moment(maker)],
        timezone: [0.5, () => zone(maker)],
        iso8601: [0.4, () => maker.random.pick<Value>([true, true, false, null, 1])],
      }),
  },
  $dateFromParts: { returns: 'date', argument: dateParts },
  $dateFromString: {
    returns: 'date',
    argument: (maker) =>
      maker.named({
        dateString: [0.99, () => dateText(maker)],
        format: [
          0.3,
          () =>
            maker.random.pick<Value>([
              '%Y-%m-%d',
              '%Y-%m-%dT%H:%M:%S.%LZ',
              '%d.%m.%Y',
              '%G-%V-%u',
              '%q',
              null,
            ]),
        ],
        timezone: [0.3, () => zone(maker)],
        onError: [0.2, () => maker.of('any')],
        onNull: [0.2, () => maker.of('any')],
      }),
  },
};

function dateParts(maker: ExpressionMaker): Value {
  const small = (): Value =>
    maker.random.pick<Value>([0, 1, 5, 12, 23, -3, 60, 100, 40000, '$i', '$missing', 1.5, 'x']);
  const year = (): Value =>
    maker.random.pick<Value>([2020, 1970, 1, 9999, 0, 10000, 2017, 2017, '$n', Long.fromString('2000')]);
  const clock = {
    hour: [0.4, small],
    minute: [0.3, small],
    second: [0.3, small],
    millisecond: [0.3, small],
    timezone: [0.4, () => zone(maker)],
  } as const;
  if (maker.random.chance(0.6)) {
    return maker.named({ year: [0.99, year], month: [0.7, small], day: [0.6, small], ...clock });
  }
  return maker.named({
    isoWeekYear: [0.99, year],
    isoWeek: [0.7, small],
    isoDayOfWeek: [0.6, small],
    ...clock,
  });
}

function dateText(maker: ExpressionMaker): Value {
  if (maker.random.chance(0.15)) return maker.of('text');
  return maker.random.pick<Value>([
    ...[
      '2017-02-08T12:10:40.787Z',
      '2017-02-08T12:10:40',
      '2017-02-08',
      '2017-02-08 12:10',
      '20170208',
      '2017-06-31',
    ],
    ...[
      '2017-02-08T12:10:40+02:00',
      'Feb 8 2017',
      '8 Feb 2017',
      '02/08/2017',
      '08.02.2017',
      '2017-W05-3',
      '2017-02',
    ],
    ...['2017-13-01', 'nonsense', '12:10', '2017-02-08T25:00:00Z', '$n', '$s', '2017-02-08T12:10:40.5 EST'],
    object(['$concat', ['2017-02-0', '8']]),
  ]);
}
