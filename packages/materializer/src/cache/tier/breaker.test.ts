import { describe, expect, it } from 'vitest';
import { Breaker } from './breaker';

function breakerAt(start = 0) {
  const clock = { now: start };
  const breaker = new Breaker({ failures: 3, pauseMs: 100, maxPauseMs: 300, now: () => clock.now });
  const fail = () => breaker.failed(breaker.pass());
  return { clock, breaker, fail };
}

describe('Breaker', () => {
  it('opens after failures in a row, not after scattered ones', () => {
    const { breaker, fail } = breakerAt();
    for (let i = 0; i < 10; i++) {
      fail();
      fail();
      breaker.succeeded(breaker.pass());
    }
    expect(breaker.isOpen).toBe(false);
    fail();
    fail();
    fail();
    expect(breaker.isOpen).toBe(true);
    expect(breaker.pass()).toBe('stop');
  });

  it('lets one through after a pause, whose success closes it', () => {
    const { breaker, clock, fail } = breakerAt();
    for (let i = 0; i < 3; i++) fail();
    clock.now = 99;
    expect(breaker.pass()).toBe('stop');
    clock.now = 100;
    expect(breaker.isReady).toBe(true);
    expect([breaker.pass(), breaker.pass(), breaker.isReady]).toEqual(['trial', 'stop', false]);
    breaker.succeeded('trial');
    expect(breaker.pass()).toBe('go');
  });

  it('waits longer after each try that fails, up to a bound, and begins anew once it has closed', () => {
    const { breaker, clock, fail } = breakerAt();
    for (let i = 0; i < 3; i++) fail();
    for (const pause of [100, 200, 300, 300]) {
      clock.now += pause - 1;
      expect(breaker.pass()).toBe('stop');
      clock.now += 1;
      expect(breaker.pass()).toBe('trial');
      breaker.failed('trial');
    }
    clock.now += 300;
    breaker.succeeded(breaker.pass());
    for (let i = 0; i < 3; i++) fail();
    clock.now += 100;
    expect(breaker.pass()).toBe('trial');
  });

  it('does not listen to answers of calls that set out before it opened', () => {
    const { breaker, clock } = breakerAt();
    const passes = Array.from({ length: 6 }, () => breaker.pass());
    for (const pass of passes.slice(0, 5)) breaker.failed(pass);
    breaker.succeeded(passes[5]!);
    expect(breaker.isOpen).toBe(true);
    clock.now = 100;
    expect(breaker.pass()).toBe('trial');
  });
});
