// The form for the site: what is filled in stays in this browser until it is saved as a file.
'use strict';
const head = JSON.parse(document.getElementById('head').textContent);
const words = JSON.parse(document.getElementById('words').textContent);
const told = document.getElementById('told');
const key = `lantai-site-${head.case}`;
const fields = [...document.querySelectorAll('fieldset')];

function answers() {
  const items = {};
  for (const field of fields) {
    const chosen = field.querySelector('input[type=radio]:checked');
    const note = field.querySelector('textarea').value.slice(0, 2000).replace(/\r\n/g, '\n');
    if (chosen) items[field.dataset.item] = { verdict: chosen.value, note };
  }
  return items;
}

function remember() {
  try { localStorage.setItem(key, JSON.stringify(answers())); } catch { /* refused: the page still holds it */ }
}

function recall() {
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(key)) || {}; } catch { return; }
  for (const field of fields) {
    const line = kept[field.dataset.item];
    if (!line) continue;
    const choice = field.querySelector(`input[value="${line.verdict}"]`);
    if (choice) choice.checked = true;
    field.querySelector('textarea').value = line.note;
  }
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
  const items = answers();
  const photos = [];
  for (const field of fields) {
    for (const file of field.querySelector('input[type=file]').files) {
      photos.push({ item: field.dataset.item, name: file.name, data: await base64(file) });
    }
  }
  const lines = Object.keys(items).sort().map((id) => `${id}|${items[id].verdict}|${items[id].note}`);
  for (const photo of photos) lines.push(`${photo.item}|${photo.name}|${photo.data}`);
  const digest = await sha256(new TextEncoder().encode(lines.join('\n')));
  const blob = new Blob([JSON.stringify({ ...head, items, photos, digest })], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${words.file}-${head.case}.json`;
  link.click();
  told.textContent = words.told.replace('{items}', Object.keys(items).length).replace('{photos}', photos.length);
}

async function sha256(bytes) {
  const made = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(made)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

recall();
document.addEventListener('input', remember);
document.getElementById('done').addEventListener('click', save);
