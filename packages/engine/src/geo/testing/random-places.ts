import type { Doc, Value } from '@argon/bson';
import type { Random } from '../../match/testing/random';

type Pair = [number, number];

/** Places near one another, so that queries meet them; some near the poles and the date line. */
export class RandomPlaces {
  readonly #lng: number;
  readonly #lat: number;

  constructor(private readonly random: Random) {
    this.#lng = random.pick([0, 0, 100, -60, 165, -165]);
    this.#lat = random.pick([0, 0, 45, -30, 70, -70]);
  }

  document(id: number): Doc {
    const kind = this.random.next();
    const loc = kind < 0.3 ? this.pair() : kind < 0.35 ? this.object() : this.geometry();
    return new Map<string, Value>([
      ['_id', id],
      ['loc', loc],
    ]);
  }

  pair(): Pair {
    return [this.#number(this.#lng), this.#number(this.#lat)];
  }

  point(): Doc {
    return shape('Point', this.pair());
  }

  /** Of any type that GeoJSON has. */
  geometry(): Doc {
    const { random } = this;
    switch (random.below(7)) {
      case 0:
      case 1:
        return this.point();
      case 2:
        return shape('LineString', this.#line());
      case 3:
        return shape('MultiPoint', [this.pair(), this.pair()]);
      case 4:
        return new Map<string, Value>([
          ['type', 'GeometryCollection'],
          ['geometries', [this.point(), shape('LineString', this.#line())]],
        ]);
      default:
        return this.area();
    }
  }

  area(): Doc {
    if (this.random.chance(0.2))
      return shape('MultiPolygon', [[this.#ring(this.pair())], [this.#ring(this.pair())]]);
    const center = this.pair();
    const rings = [this.#ring(center)];
    if (this.random.chance(0.25)) {
      // A hole whose corners are between the centre and the boundary's.
      rings.push(rings[0]!.map(([x, y]): Pair => [(x + 2 * center[0]) / 3, (y + 2 * center[1]) / 3]));
    }
    return shape('Polygon', rings);
  }

  /** What `$geoWithin` takes. */
  region(): Doc {
    const { random } = this;
    const round = (name: string, radius: number): Doc =>
      new Map<string, Value>([[name, [this.pair(), radius]]]);
    switch (random.below(5)) {
      case 0:
        return new Map([['$box', [this.pair(), this.pair()]]]);
      case 1:
        return round('$center', random.next() * 15);
      case 2:
        return round('$centerSphere', random.next() * 0.3);
      case 3:
        return new Map([['$polygon', this.#ring(this.pair()).slice(0, -1)]]);
      default:
        return new Map([['$geometry', this.area()]]);
    }
  }

  private object(): Doc {
    const [lng, lat] = this.pair();
    return new Map([
      ['lng', lng],
      ['lat', lat],
    ]);
  }

  #line(): Pair[] {
    return this.random.many(2, 4, () => this.pair());
  }

  /** Around a place, corners in the order of their directions: it does not cross itself. */
  #ring([x, y]: Pair): Pair[] {
    const corners = 3 + this.random.below(4);
    const ring = Array.from({ length: corners }, (_, i): Pair => {
      const angle = ((i + 0.5 * this.random.next()) / corners) * 2 * Math.PI;
      const size = 1 + this.random.next() * 7;
      return [limited(x + Math.cos(angle) * size, 180), limited(y + Math.sin(angle) * size, 89)];
    });
    return [...ring, ring[0]!];
  }

  #number(around: number): number {
    const value = around + (this.random.next() - 0.5) * 20;
    return this.random.chance(0.3) ? Math.round(value) : value;
  }
}

function shape(type: string, coordinates: Value): Doc {
  return new Map<string, Value>([
    ['type', type],
    ['coordinates', coordinates],
  ]);
}

function limited(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
