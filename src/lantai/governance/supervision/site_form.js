// The form for the site: what is filled in, photographs too, stays in this browser until it is saved as a file.
'use strict';
const head = JSON.parse(document.getElementById('head').textContent);
const words = JSON.parse(document.getElementById('words').textContent);
const told = document.getElementById('told');
const kept = document.getElementById('kept');
const key = `lantai-site-${head.case}`;
const fields = [...document.querySelectorAll('fieldset')];
const photos = new Map(fields.map((field) => [field, []])); // the files of each item

const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const noteOf = (field) => field.querySelector('textarea').value.slice(0, 2000).replace(/\r\n/g, '\n');
const verdictOf = (field) => field.querySelector('input[type=radio]:checked')?.value;
const count = () => [...photos.values()].reduce((sum, files) => sum + files.length, 0);

// IndexedDB says when a draft is kept; localStorage does not, and holds no photographs.
const draft = {
  store: (mode) => new Promise((done, failed) => {
    const asked = indexedDB.open('lantai-site-forms', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('drafts');
    asked.onerror = () => failed(asked.error);
    asked.onsuccess = () => {
      const doing = asked.result.transaction('drafts', mode, { durability: 'strict' });
      doing.oncomplete = doing.onabort = () => asked.result.close();
      done(doing);
    };
  }),
  async read() {
    const doing = await draft.store('readonly');
    return new Promise((done, failed) => {
      const asked = doing.objectStore('drafts').get(key);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  },
  async write(value) {
    const doing = await draft.store('readwrite');
    return new Promise((done, failed) => {
      doing.objectStore('drafts').put(value, key);
      doing.addEventListener('complete', done);
      doing.addEventListener('abort', () => failed(doing.error));
    });
  },
};

let writing = Promise.resolve();
let wanted = 0;
function remember() {
  const turn = ++wanted;
  kept.dataset.state = 'busy';
  writing = writing.then(async () => {
    if (turn !== wanted) return; // a later change is waiting: it writes this one too
    const lines = fields.map((field) => ({ item: field.dataset.item, verdict: verdictOf(field), note: noteOf(field), files: photos.get(field) }));
    try {
      await draft.write(lines);
      if (turn !== wanted) return;
      kept.dataset.state = 'kept';
      kept.textContent = say(words.kept, { time: new Date().toLocaleTimeString(document.documentElement.lang), photos: count() });
    } catch {
      kept.dataset.state = 'refused';
      kept.textContent = words.refused; // the page still holds it
    }
  });
}

async function recall() {
  let lines = [];
  try { lines = (await draft.read()) || []; } catch { return; }
  for (const line of lines) {
    const field = fields.find((one) => one.dataset.item === line.item);
    if (!field) continue;
    const choice = field.querySelector(`input[value="${line.verdict}"]`);
    if (choice) choice.checked = true;
    field.querySelector('textarea').value = line.note;
    photos.set(field, line.files);
    show(field);
  }
}

function show(field) {
  const list = field.querySelector('.photos');
  list.replaceChildren(...photos.get(field).map((file) => {
    const picture = document.createElement('img');
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    const drop = document.createElement('button');
    drop.type = 'button';
    drop.textContent = '×';
    drop.ariaLabel = `${words.drop} ${file.name}`;
    drop.addEventListener('click', () => {
      photos.set(field, photos.get(field).filter((one) => one !== file));
      show(field);
      remember();
    });
    const frame = document.createElement('figure');
    frame.append(picture, drop);
    return frame;
  }));
}

function base64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = failed;
    reader.readAsDataURL(file);
  });
}

async function save() {
  const open = fields.find((field) => !verdictOf(field) && (noteOf(field) || photos.get(field).length));
  if (open) {
    told.textContent = say(words.open, { item: open.dataset.item });
    open.querySelector('input[type=radio]').focus();
    return;
  }
  const items = {};
  const sent = [];
  for (const field of fields.filter(verdictOf)) {
    items[field.dataset.item] = { verdict: verdictOf(field), note: noteOf(field) };
    for (const file of photos.get(field)) {
      sent.push({ item: field.dataset.item, name: file.name, data: await base64(file) });
    }
  }
  const lines = Object.keys(items).sort().map((id) => `${id}|${items[id].verdict}|${items[id].note}`);
  for (const photo of sent) lines.push(`${photo.item}|${photo.name}|${photo.data}`);
  const digest = await sha256(new TextEncoder().encode(lines.join('\n')));
  const blob = new Blob([JSON.stringify({ ...head, items, photos: sent, digest })], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${words.file}-${head.case}.json`;
  document.body.append(link);
  link.click();
  link.remove();
  told.textContent = say(words.told, { items: Object.keys(items).length, photos: sent.length });
}

async function sha256(bytes) {
  const made = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(made)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

for (const field of fields) {
  const chooser = field.querySelector('input[type=file]');
  chooser.addEventListener('change', () => {
    photos.set(field, [...photos.get(field), ...chooser.files]);
    chooser.value = ''; // the same picture may be chosen again
    show(field);
    remember();
  });
}
recall().then(() => {
  document.addEventListener('input', remember);
  document.getElementById('done').addEventListener('click', save);
  kept.dataset.state ||= 'ready';
});
