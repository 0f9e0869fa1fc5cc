// The line of items of a queue: what was given so far, and where the person is in it.

import { post, Refused } from './asking.js';

const AHEAD = 8;
const BATCH = 16;

export class Line {
  constructor(ask, onProgress) {
    this.ask = ask; // gives person, queue and filter
    this.onProgress = onProgress;
    this.clear();
  }

  clear() {
    this.items = [];
    this.known = new Map();
    this.at = -1;
    this.isAtEnd = false;
    this.filling = null;
    this.turn = (this.turn || 0) + 1;
  }

  get current() { return this.items[this.at] || null; }

  ahead(count) {
    return this.items.slice(this.at + 1).filter((item) => !item.decided).slice(0, count);
  }

  // Fetches more while few are left. A promise of whether there is anything new.
  fill(count) {
    if (this.filling) return this.filling;
    if (this.isAtEnd || (!count && this.ahead(AHEAD).length >= AHEAD)) return Promise.resolve(false);
    this.filling = this.fetch(count || BATCH).finally(() => { this.filling = null; });
    return this.filling;
  }

  async fetch(count) {
    const { turn } = this;
    const last = this.items[this.items.length - 1];
    const holding = this.items.slice(Math.max(0, this.at)).filter((item) => !item.decided).map((item) => item.id);
    const answer = await post('/next', {
      ...this.ask(), after: last ? last.id : '', count, holding: holding.slice(0, 50),
    });
    if (turn !== this.turn) return false;
    const fresh = answer.items.filter((item) => !this.known.has(item.id));
    for (const item of fresh) this.add(item);
    this.isAtEnd = answer.items.length < count;
    this.onProgress(answer.left, answer.total);
    return fresh.length > 0;
  }

  add(item, at) {
    const index = at === undefined ? this.items.length : at;
    this.items.splice(index, 0, item);
    this.known.set(item.id, item);
  }

  // The next item that is not decided: behind this one, else any that was left out.
  async forward() {
    for (let n = this.at + 1; ; n += 1) {
      if (n >= this.items.length && !(await this.more())) break;
      if (n < this.items.length && !this.items[n].decided) return this.go(n);
    }
    const left = this.items.findIndex((item) => !item.decided);
    return this.go(left >= 0 ? left : this.items.length);
  }

  async more() {
    const had = this.items.length;
    try {
      await this.fill(BATCH);
    } catch (problem) {
      if (problem instanceof Refused) throw problem;
      return false;
    }
    return this.items.length > had;
  }

  go(n) {
    this.at = Math.max(0, Math.min(n, this.items.length));
    this.fill().catch(() => {});
    return this.current;
  }

  async step(by) {
    if (by > 0 && this.at + by >= this.items.length) await this.more();
    const to = this.at + by;
    return to >= 0 && to < this.items.length ? this.go(to) : this.current;
  }

  // An item whose decision was taken back: to it again.
  restore(items) {
    let first = null;
    for (const item of items) {
      const known = this.known.get(item.id);
      if (known) Object.assign(known, item, { decided: '' });
      else this.add(item, Math.max(0, this.at));
      first = first || this.known.get(item.id);
    }
    return first ? this.go(this.items.indexOf(first)) : this.current;
  }

  // Keeps what is open a person's own while they look at it.
  hold() {
    const item = this.current;
    if (!item || item.decided) return;
    const holding = [item, ...this.ahead(AHEAD)].map((each) => each.id);
    post('/next', { ...this.ask(), after: '', count: 0, holding })
      .then((answer) => this.onProgress(answer.left, answer.total)).catch(() => {});
  }
}
