// Keys, swipes and buttons, each turned into the name of what is to be done.

const PLAIN = {
  Enter: 'enter', x: 'not', u: 'unsure', m: 'same', n: 'note', w: 'watched', e: 'clip', z: 'undo',
  '/': 'species', '?': 'help', ' ': 'play', ',': 'back', '.': 'on', '+': 'more', '-': 'fewer',
  ArrowLeft: 'previous', ArrowRight: 'following', ArrowUp: 'up', ArrowDown: 'down', Escape: 'none',
};
const TYPING = 'input, textarea, select, [contenteditable]';
const NATIVE = 'button, summary, a[href]';
const FAR = 60;

export function onKeys(act, letterOf) {
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open]') || target.matches(TYPING)) return;
    const isNative = target.matches(NATIVE) && !target.matches('.card');
    if (isNative && (event.key === 'Enter' || event.key === ' ')) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const letter = letterOf(key);
    let what = PLAIN[key];
    if (letter !== undefined) what = 'letter';
    else if (/^[0-9]$/.test(key)) what = 'digit';
    if (!what) return;
    event.preventDefault();
    act(what, { key, letter, at: event.timeStamp, isRepeat: event.repeat });
  });
}

// A button that was clicked lets go of the focus, so that Enter goes on meaning "as called".
export function onButtons(names, act) {
  for (const [id, what] of Object.entries(names)) {
    document.getElementById(id).addEventListener('click', (event) => {
      if (event.detail) event.currentTarget.blur();
      act(what, { at: event.timeStamp });
    });
  }
}

export function onSwipe(element, act) {
  let begin = null;
  element.addEventListener('touchstart', (event) => {
    begin = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  element.addEventListener('touchend', (event) => {
    if (!begin) return;
    const x = event.changedTouches[0].clientX - begin.clientX;
    const y = event.changedTouches[0].clientY - begin.clientY;
    begin = null;
    const at = event.timeStamp;
    if (x > FAR && x > Math.abs(y)) act('green', { at });
    else if (x < -FAR && -x > Math.abs(y)) act('not', { at });
    else if (y < -FAR && -y > 2 * Math.abs(x)) act('unsure', { at });
  }, { passive: true });
}
