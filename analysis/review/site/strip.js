// Strips: fetched ahead, a few at a time, and played in a loop.

const MOST = 6;
const strips = new Map();
const pictures = new Map();

export function strip(item, ahead) {
  if (!strips.has(item.id)) {
    strips.set(item.id, load(item, ahead));
    for (const old of strips.keys()) {
      if (strips.size <= MOST) break;
      if (old === item.id) continue;
      for (const frame of strips.get(old).frames || []) frame.image.close();
      strips.delete(old);
    }
  }
  return strips.get(item.id);
}

export function isReady(item) {
  const known = strips.get(item.id);
  return known && known.frames ? known : null;
}

export function picture(item) {
  if (!pictures.has(item.id)) {
    const image = new Image();
    image.decoding = 'async';
    image.src = `/picture/${item.id}`;
    pictures.set(item.id, image);
    for (const old of pictures.keys()) {
      if (pictures.size <= 40) break;
      pictures.delete(old);
    }
  }
  return pictures.get(item.id);
}

function load(item, ahead) {
  const made = { frames: null, problem: '', first: null };
  made.done = read(item, ahead, made).catch((problem) => {
    made.problem = problem.message;
    strips.delete(item.id);
  });
  return made;
}

async function read(item, ahead, made) {
  const answer = await fetch(`/strip/${item.id}${ahead ? '?ahead' : ''}`);
  if (!answer.ok) {
    const content = await answer.json().catch(() => ({}));
    made.problem = content.problem || `the server answers ${answer.status}`;
    if (answer.status !== 404) strips.delete(item.id);
    return;
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const end = bytes.indexOf(10);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  let at = end + 1;
  const parts = head.frames.map((frame) => {
    const jpeg = bytes.slice(at, at + frame.size);
    at += frame.size;
    return createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
  });
  const images = await Promise.all(parts);
  made.rate = head.rate;
  made.frames = head.frames.map((frame, n) => ({ ...frame, image: images[n] }));
}

export class Player {
  constructor(canvas, onFrame) {
    this.canvas = canvas;
    this.onFrame = onFrame;
    this.playing = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.stop();
  }

  stop() {
    clearInterval(this.timer);
    this.item = null;
    this.frames = [];
  }

  still(item, image) {
    this.stop();
    this.item = item;
    this.draw(image, image.naturalWidth, image.naturalHeight, []);
    this.trace(item.outline);
  }

  play(item, made) {
    this.stop();
    this.item = item;
    this.frames = made.frames;
    this.at = Math.max(0, this.frames.findIndex((frame) => frame.n === item.best));
    this.show();
    this.timer = setInterval(() => {
      if (this.playing) this.step(1);
    }, 1000 / made.rate);
  }

  step(by) {
    if (!this.frames.length) return;
    this.at = (this.at + by + this.frames.length) % this.frames.length;
    this.show();
  }

  show() {
    const frame = this.frames[this.at];
    const { item } = this;
    const inside = frame.n >= item.first && frame.n <= item.last;
    const boxes = frame.boxes.length || !item.box || !inside ? frame.boxes : [[item.box, '', 0]];
    const { width, height } = frame.image;
    const isTraced = item.outline && frame.n === item.best && !frame.boxes.length;
    this.draw(frame.image, width, height, isTraced ? [] : boxes, inside);
    if (isTraced) this.trace(item.outline);
    this.onFrame(frame.n, this.at + 1, this.frames.length, inside);
  }

  draw(image, width, height, boxes, inside) {
    if (!width) return;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const ink = this.canvas.getContext('2d');
    ink.drawImage(image, 0, 0, width, height);
    ink.font = `${Math.max(12, Math.round(width / 50))}px system-ui, sans-serif`;
    for (const [[x, y, w, h], name, score] of boxes) {
      const place = [x * width, y * height, w * width, h * height];
      const path = new Path2D();
      path.rect(...place);
      this.line(ink, path);
      if (name) this.write(ink, `${name} ${score.toFixed(2)}`, place[0], Math.max(16, place[1] - 6));
    }
    if (inside) {
      ink.fillStyle = '#ffdc40';
      ink.fillRect(0, height - 4, width, 4);
    }
  }

  // Draws around what moved: corners as "x,y x,y", in thousandths of the picture.
  trace(corners) {
    if (!corners) return;
    const { width, height } = this.canvas;
    const path = new Path2D();
    for (const corner of corners.split(' ')) {
      const [x, y] = corner.split(',').map(Number);
      path.lineTo((x / 1000) * width, (y / 1000) * height);
    }
    path.closePath();
    this.line(this.canvas.getContext('2d'), path);
  }

  line(ink, path) {
    ink.lineWidth = 4;
    ink.strokeStyle = '#000a';
    ink.stroke(path);
    ink.lineWidth = 2;
    ink.strokeStyle = '#ffdc40';
    ink.stroke(path);
  }

  write(ink, text, x, y) {
    ink.lineWidth = 3;
    ink.strokeStyle = '#000c';
    ink.strokeText(text, x, y);
    ink.fillStyle = '#ffdc40';
    ink.fillText(text, x, y);
  }
}
