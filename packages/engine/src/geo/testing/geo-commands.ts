/* Commands about places, in order: each server answers one after the other, from an empty database on. */

type Command = { readonly [field: string]: unknown };

/** What indexes of places take and refuse, and what queries may ask. */
export const GEO_COMMANDS: readonly Command[] = [
  { createIndexes: 'g', indexes: [{ key: { loc: '2dsphere' }, name: 'g' }] },
  ...[
    { type: 'Point', coordinates: [1, 2] },
    [1, 2],
    { lng: 1, lat: 2 },
    { type: 'Point', coordinates: [200, 2] },
    { type: 'Point', coordinates: [1, 91] },
    { type: 'Point', coordinates: [1] },
    { type: 'Point', coordinates: ['a', 1] },
    { type: 'Point' },
    { type: 'Foo', coordinates: [1, 2] },
    { coordinates: [1, 2] },
    'x',
    5,
    null,
    [],
    [1],
    [1, 2, 3],
    ['a', 'b'],
    {},
    { a: 1 },
    { a: 1, b: 'x' },
    [
      [1, 2],
      [3, 4],
    ],
    {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [1, 1],
      ],
    },
    { type: 'LineString', coordinates: [[0, 0]] },
    {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [0, 0],
      ],
    },
    {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [180, 0],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
        ],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [0, 10],
          [10, 10],
          [0, 0],
        ],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [0, 0],
        ],
      ],
    },
    { type: 'Polygon', coordinates: [] },
    { type: 'Polygon', coordinates: [[]] },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
        [
          [2, 2],
          [4, 2],
          [4, 4],
          [2, 4],
          [2, 2],
        ],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
        [
          [20, 20],
          [40, 20],
          [40, 40],
          [20, 40],
          [20, 20],
        ],
      ],
    },
    {
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      type: 'MultiLineString',
      coordinates: [
        [
          [0, 0],
          [1, 1],
        ],
        [
          [2, 2],
          [3, 3],
        ],
      ],
    },
    {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [0, 0],
            [10, 0],
            [10, 10],
            [0, 10],
            [0, 0],
          ],
        ],
      ],
    },
    {
      type: 'GeometryCollection',
      geometries: [
        { type: 'Point', coordinates: [1, 2] },
        {
          type: 'LineString',
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    },
    { type: 'GeometryCollection', geometries: [] },
    { type: 'Point', coordinates: [1, 2], crs: { type: 'name', properties: { name: 'EPSG:4326' } } },
    { type: 'Point', coordinates: [1, 2], crs: { type: 'name', properties: { name: 'foo' } } },
    {
      type: 'Polygon',
      crs: { type: 'name', properties: { name: 'urn:x-mongodb:crs:strictwinding:EPSG:4326' } },
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
      ],
    },
    { type: 'Point', coordinates: [NaN, 1] },
    { type: 'Point', coordinates: [180, 90] },
    { type: 'Point', coordinates: [-180, -90] },
    { type: 'Point', coordinates: [1, 2, 3] },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [10, 0],
          [0, 10],
          [0, 0],
        ],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [170, 0],
          [190, 0],
          [190, 10],
          [170, 10],
          [170, 0],
        ],
      ],
    },
    { type: 'MultiPoint', coordinates: [] },
    true,
    new Date(5),
  ].map((loc, i) => ({ insert: 'g', documents: [{ _id: i, loc }] })),
  { insert: 'g', documents: [{ _id: 100 }] },

  { createIndexes: 'd', indexes: [{ key: { loc: '2d' }, name: 'd' }] },
  ...[
    [1, 2],
    { lng: 1, lat: 2 },
    { type: 'Point', coordinates: [1, 2] },
    [200, 2],
    [180, 2],
    [-180, 2],
    'x',
    5,
    null,
    [],
    [1],
    [1, 2, 3],
    ['a', 'b'],
    {},
    { a: 1 },
    [
      [1, 2],
      [3, 4],
    ],
    [{ x: 1, y: 2 }],
    true,
    [1, 'x'],
    [NaN, 1],
    { a: 'x', b: 2 },
    [1, 91],
    [1, 180],
  ].map((loc, i) => ({ insert: 'd', documents: [{ _id: i, loc }] })),

  { insert: 'q', documents: [{ _id: 1, loc: [1, 1] }] },
  ...[
    { $geoWithin: 1 },
    { $geoWithin: {} },
    { $geoWithin: { $foo: 1 } },
    { $geoWithin: { $geometry: 1 } },
    { $geoWithin: { $geometry: { type: 'Point', coordinates: [1, 1] } } },
    { $geoWithin: { $geometry: { type: 'Foo' } } },
    {
      $geoWithin: {
        $geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1, 1],
            ],
          ],
        },
      },
    },
    { $geoWithin: { $box: 1 } },
    { $geoWithin: { $box: [[0, 0]] } },
    {
      $geoWithin: {
        $box: [
          [0, 0],
          [1, 'x'],
        ],
      },
    },
    {
      $geoWithin: {
        $box: [
          [0, 0],
          [2, 2],
        ],
        $maxDistance: 1,
      },
    },
    { $geoWithin: { $center: [[0, 0]] } },
    { $geoWithin: { $center: [[0, 0], -1] } },
    { $geoWithin: { $center: [[0, 0], 'x'] } },
    { $geoWithin: { $center: [[0, 0], 2] } },
    { $geoWithin: { $centerSphere: [[0, 0], 2] } },
    { $geoWithin: { $centerSphere: [[0, 0], 4] } },
    { $geoWithin: { $centerSphere: [[0, 100], 1] } },
    {
      $geoWithin: {
        $polygon: [
          [0, 0],
          [1, 1],
        ],
      },
    },
    {
      $geoWithin: {
        $polygon: [
          [0, 0],
          [2, 0],
          [0, 2],
        ],
      },
    },
    { $geoWithin: { $polygon: { a: [0, 0], b: [2, 0], c: [0, 2] } } },
    {
      $geoWithin: {
        $uniqueDocs: 1,
        $box: [
          [0, 0],
          [2, 2],
        ],
      },
    },
    {
      $within: {
        $box: [
          [0, 0],
          [2, 2],
        ],
      },
    },
    { $geoWithin: { $box: { a: [0, 0], b: [2, 2] } } },
    {
      $geoWithin: {
        $box: [
          [2, 2],
          [0, 0],
        ],
      },
    },
    {
      $geoWithin: {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [2, 0],
            [0, 2],
            [0, 0],
          ],
        ],
      },
    },
    { $geoIntersects: 1 },
    { $geoIntersects: {} },
    {
      $geoIntersects: {
        $box: [
          [0, 0],
          [2, 2],
        ],
      },
    },
    { $geoIntersects: { $geometry: { type: 'Point', coordinates: [1, 1] } } },
    { $geoIntersects: { $geometry: [1, 1] } },
    { $geoIntersects: { type: 'Point', coordinates: [1, 1] } },
    { $near: 1 },
    { $near: {} },
    { $near: [1] },
    { $near: [1, 1] },
    { $near: { $geometry: { type: 'Point', coordinates: [1, 1] } } },
    {
      $near: {
        $geometry: {
          type: 'LineString',
          coordinates: [
            [1, 1],
            [2, 2],
          ],
        },
      },
    },
    { $near: { $geometry: { type: 'Point', coordinates: [1, 1] }, $foo: 1 } },
    { $near: { $geometry: { type: 'Point', coordinates: [1, 1] }, $maxDistance: -1 } },
    { $near: { $geometry: { type: 'Point', coordinates: [1, 1] }, $maxDistance: 'x' } },
    { $nearSphere: [1, 1] },
    { $near: [1, 1], $maxDistance: 1 },
    { $near: [1, 1], $maxDistance: -1 },
    { $near: [1, 1], $foo: 1 },
    { $maxDistance: 1 },
    { $near: [1, 1], $eq: 1 },
    { $nearSphere: { $geometry: { type: 'Point', coordinates: [1, 1] } } },
    { $geoNear: [1, 1] },
    { $near: { x: 1, y: 2 } },
    { $not: { $near: [1, 1] } },
    { $near: [1, 1, 5] },
    { $nearSphere: [200, 1] },
    { $nearSphere: [1, 1], $minDistance: 2, $maxDistance: 1 },
    {
      $not: {
        $geoWithin: {
          $box: [
            [0, 0],
            [2, 2],
          ],
        },
      },
    },
    {
      $elemMatch: {
        $geoWithin: {
          $box: [
            [0, 0],
            [2, 2],
          ],
        },
      },
    },
  ].map((loc) => ({ find: 'q', filter: { loc } })),
  { find: 'q', filter: { $or: [{ loc: { $near: [1, 1] } }, { a: 1 }] } },
  { createIndexes: 'q', indexes: [{ key: { loc: '2d' }, name: 'd' }] },
  { find: 'q', filter: { loc: { $near: [1, 1] } } },
  { find: 'q', filter: { loc: { $near: [1, 1, 5] } } },
  { find: 'q', filter: { loc: { $nearSphere: [1, 1] } } },
  { find: 'q', filter: { loc: { $near: { $geometry: { type: 'Point', coordinates: [1, 1] } } } } },
  { find: 'q', filter: { loc: { $near: [1, 1], $maxDistance: -1 } } },
  { find: 'q', filter: { $or: [{ loc: { $near: [1, 1] } }, { a: 1 }] } },
  { find: 'q', filter: { loc: { $near: [1, 1] }, a: 1 } },
  { find: 'q', filter: { loc: { $not: { $near: [1, 1] } } } },
  { find: 'q', filter: { $nor: [{ loc: { $near: [1, 1] } }] } },
  { find: 'q', filter: { $and: [{ loc: { $near: [1, 1] } }, { loc: { $near: [1, 2] } }] } },
  { count: 'q', query: { loc: { $near: [1, 1] } } },
  { distinct: 'q', key: 'loc', query: { loc: { $near: [1, 1] } } },
  { aggregate: 'q', pipeline: [{ $match: { loc: { $near: [1, 1] } } }], cursor: {} },
  { update: 'q', updates: [{ q: { loc: { $near: [1, 1] } }, u: { $set: { z: 1 } } }] },
  { delete: 'q', deletes: [{ q: { loc: { $near: [1, 1] } }, limit: 1 }] },
  { find: 'q', filter: { loc: { $near: [1, 1] } }, hint: { $natural: 1 } },
  { find: 'q', filter: { loc: { $near: [1, 1] } }, hint: '_id_' },
  ...[
    {},
    { near: [1, 1] },
    { near: [1, 1], distanceField: 'd' },
    { near: { type: 'Point', coordinates: [1, 1] }, distanceField: 'd' },
    { near: { type: 'Point', coordinates: [1, 1] }, distanceField: 'd', key: 'loc' },
    { near: [1, 1], distanceField: 'd', spherical: true },
    { near: [1, 1], distanceField: 1 },
    { near: 'x', distanceField: 'd' },
    { near: [1, 1], distanceField: 'd', foo: 1 },
    { near: [1, 1], distanceField: 'd', query: { loc: { $near: [1, 1] } } },
    {
      near: [1, 1],
      distanceField: 'd',
      includeLocs: 'l',
      distanceMultiplier: 2,
      maxDistance: 5,
      minDistance: 0,
      query: { z: { $exists: false } },
    },
    { near: [1, 1], distanceField: 'd', limit: 1 },
    { near: [1, 1], distanceField: 'd', num: 1 },
    { near: [1, 1], distanceField: 'a.b', includeLocs: 'a.c' },
    { near: [1, 1], distanceField: 'd', key: 'nope' },
    { near: [1, 1], distanceField: 'd', key: 1 },
    { near: [1, 1], distanceField: 'd', distanceMultiplier: -1 },
    { near: [1, 1], distanceField: 'd', maxDistance: -1 },
    { near: [1, 1], distanceField: 'd', query: 1 },
    { near: [1, 1], distanceField: 'd', spherical: 'x' },
    { near: [1, 1], distanceField: '' },
  ].map((g) => ({ aggregate: 'q', pipeline: [{ $geoNear: g }], cursor: {} })),
  { createIndexes: 'q', indexes: [{ key: { loc: '2dsphere' }, name: 's' }] },
  { aggregate: 'q', pipeline: [{ $geoNear: { near: [1, 1], distanceField: 'd' } }], cursor: {} },
  {
    aggregate: 'q',
    pipeline: [{ $geoNear: { near: { type: 'Point', coordinates: [1, 1] }, distanceField: 'd' } }],
    cursor: {},
  },
  { find: 'q', filter: { loc: { $near: { $geometry: { type: 'Point', coordinates: [2, 1] } } } } },
  { find: 'q', filter: { loc: { $near: [1, 1] } } },
];
