// What the page asks of the server. Everything that is written goes one after the other,
// and again until it is acknowledged.

let word = document.querySelector('meta[name="word"]').content;
let tail = Promise.resolve();
const watchers = [];
let unsaved = 0;

export class Refused extends Error {}

export function onSaving(tell) { watchers.push(tell); }

export async function get(path) {
  const answer = await fetch(path, { credentials: 'same-origin' });
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(content.problem || `the server answers ${answer.status}`);
  return content;
}

export async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', 'x-weir-word': word },
    body: JSON.stringify(body),
  });
  if (answer.status === 403 || answer.status === 401) {
    await renew();
    throw new Error('the server was started anew');
  }
  if (answer.status === 429 || answer.status >= 500) {
    const content = await answer.json().catch(() => ({}));
    throw new Error(content.problem || `the server answers ${answer.status}`);
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(content.problem || `the server answers ${answer.status}`);
  return content;
}

// A server that was started anew has another word; the page that it gives holds it.
async function renew() {
  const answer = await fetch('/', { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(await answer.text());
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  word = page.querySelector('meta[name="word"]').content;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function insist(path, body) {
  for (let wait = 300; ; wait = Math.min(wait * 2, 5000)) {
    try {
      return await post(path, body);
    } catch (problem) {
      if (problem instanceof Refused) throw problem;
      tell(problem.message);
      await pause(wait);
    }
  }
}

function tell(problem) { for (const watcher of watchers) watcher(unsaved, problem || ''); }

// Decisions that wait are sent together; each stays a step of its own.
let waiting = null;

export function say(person, step) {
  unsaved += 1;
  tell();
  if (waiting && waiting.person === person && waiting.steps.length < 50) {
    waiting.steps.push(step);
    return waiting.sent;
  }
  const batch = { person, steps: [step] };
  batch.sent = write(async () => {
    waiting = waiting === batch ? null : waiting;
    try {
      return await insist('/say', { person, steps: batch.steps });
    } finally {
      unsaved -= batch.steps.length;
    }
  });
  waiting = batch;
  return batch.sent;
}

export function undo(person) {
  waiting = null;
  return write(() => insist('/undo', { person }));
}

function write(work) {
  const done = tail.then(work);
  tail = done.catch(() => {});
  done.then(() => tell(), (problem) => tell(problem.message));
  return done;
}

// Settles when everything that was said so far is acknowledged, or refused.
export const settled = () => tail;

export const isSaved = () => unsaved === 0;

window.addEventListener('beforeunload', (event) => {
  if (unsaved) event.preventDefault();
});
