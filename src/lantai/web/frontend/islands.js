// Islands: a piece of page that moves says data-island="name"; its file registers that name.
// They are started on load and on whatever htmx brings in later; each element once.
const starters = new Map();
const started = new WeakSet();
const loads = new Map();

function start(root) {
  const found = [...root.querySelectorAll('[data-island]')];
  if (root.matches && root.matches('[data-island]')) found.unshift(root);
  for (const element of found) {
    const starter = starters.get(element.dataset.island);
    if (!starter || started.has(element)) continue;
    started.add(element);
    try { starter(element); } catch (error) { console.error(element.dataset.island, error); }
  }
}

function load(address) {
  if (!loads.has(address)) {
    loads.set(address, new Promise((done, failed) => {
      const script = document.createElement('script');
      script.src = address;
      script.onload = () => done();
      script.onerror = () => { loads.delete(address); failed(new Error(address)); };
      document.head.append(script);
    }));
  }
  return loads.get(address);
}

window.lantai = {
  island(name, starter) { starters.set(name, starter); },
  start,
  load,
  cookie(name, value) {
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  },
  csrf() {
    const field = document.querySelector('[name=csrfmiddlewaretoken]');
    const meta = document.querySelector('meta[name=csrf-token]');
    return field ? field.value : meta ? meta.content : '';
  },
  remember(key, value) {
    try {
      if (value === undefined) return JSON.parse(localStorage.getItem(key));
      localStorage.setItem(key, JSON.stringify(value));
    } catch { /* storage refused: the choice lasts for this page */ }
    return null;
  },
};

document.addEventListener('DOMContentLoaded', () => start(document));
document.addEventListener('htmx:load', (event) => start(event.detail.elt));
document.addEventListener('htmx:configRequest', (event) => {
  if (event.detail.verb !== 'get') event.detail.headers['X-CSRFToken'] = window.lantai.csrf();
});
// "/" goes to the search of the page.
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable]')) return;
  const field = document.querySelector('[data-search-field]');
  if (field) { event.preventDefault(); field.focus(); field.select(); }
});
