// Large and many files, resumable (tus). Each finished upload leaves a hidden field with its address.
lantai.island('upload', (root) => {
  const words = root.dataset;
  const drop = root.querySelector('.upload__drop');
  const input = drop.querySelector('input');
  const list = root.querySelector('[data-list]');
  const limit = Number(words.limit) || Infinity;
  if (!words.endpoint) return;
  const waiting = [];
  let running = 0;
  const size = (n) => { const units = ['B', 'KB', 'MB', 'GB', 'TB']; let i = 0; while (n >= 1024 && i < 4) { n /= 1024; i += 1; } return `${i ? n.toFixed(1) : n} ${units[i]}`; };
  const eta = (seconds) => (seconds < 60 ? words.second.replace('{n}', Math.max(1, Math.round(seconds))) : words.minute.replace('{n}', Math.round(seconds / 60)));
  const button = (label) => { const b = document.createElement('button'); b.type = 'button'; b.className = 'button button--small button--quiet'; b.textContent = label; return b; };

  function line(file) {
    const item = document.createElement('li');
    item.className = 'upload__item';
    const make = (tag, name, text) => { const e = document.createElement(tag); e.className = name; if (text) e.textContent = text; item.append(e); return e; };
    make('span', 'upload__size', size(file.size));
    make('span', 'upload__name', file.webkitRelativePath || file.name);
    const toggle = button(words.pause); const remove = button(words.remove);
    item.append(toggle, remove);
    const bar = make('progress', '', ''); bar.max = file.size || 1; bar.value = 0; bar.setAttribute('aria-label', file.name);
    const state = make('span', 'upload__state', words.waiting);
    list.append(item);
    return { item, bar, state, toggle, remove };
  }
  function finish(view, address) {
    view.item.classList.add('is-done'); view.bar.remove(); view.toggle.remove();
    view.state.textContent = words.done;
    const field = document.createElement('input');
    field.type = 'hidden'; field.name = words.name; field.value = address;
    view.item.append(field);
    root.dispatchEvent(new CustomEvent('lantai:uploaded', { bubbles: true, detail: { address } }));
  }
  function next() {
    while (running < 3 && waiting.length) { running += 1; waiting.shift()(); }
  }
  function add(file) {
    const view = line(file);
    if (file.size > limit) { view.item.classList.add('is-failed'); view.state.textContent = words.tooLarge; view.toggle.remove(); view.remove.onclick = () => view.item.remove(); return; }
    let began = 0; let from = 0; let paused = false; let active = false;
    const settle = () => { if (active) { active = false; running -= 1; next(); } };
    const upload = new window.tus.Upload(file, {
      endpoint: words.endpoint, chunkSize: 8 * 1024 * 1024, retryDelays: [0, 1000, 3000, 8000, 20000],
      metadata: { filename: file.webkitRelativePath || file.name, filetype: file.type, modified: String(file.lastModified) },
      headers: { 'X-CSRFToken': lantai.csrf() }, removeFingerprintOnSuccess: true,
      onProgress(sent, total) {
        if (!began) { began = Date.now(); from = sent; }
        view.bar.value = sent;
        const rate = (sent - from) / Math.max(1, Date.now() - began);
        if (rate > 0) view.state.textContent = words.sending.replace('{eta}', eta((total - sent) / rate / 1000));
      },
      onSuccess() { finish(view, upload.url); settle(); },
      onError() { view.item.classList.add('is-failed'); view.state.textContent = words.failed; view.toggle.textContent = words.resume; paused = true; settle(); },
    });
    const run = async () => {
      active = true; began = 0;
      const earlier = await upload.findPreviousUploads();
      if (earlier.length) upload.resumeFromPreviousUpload(earlier[0]);
      upload.start();
    };
    view.toggle.onclick = () => {
      paused = !paused;
      view.item.classList.remove('is-failed');
      view.toggle.textContent = paused ? words.resume : words.pause;
      view.state.textContent = paused ? words.paused : words.waiting;
      if (paused) { upload.abort(); settle(); } else { waiting.push(run); next(); }
    };
    view.remove.onclick = () => { const at = waiting.indexOf(run); if (at >= 0) waiting.splice(at, 1); upload.abort(true); settle(); view.item.remove(); };
    waiting.push(run);
  }
  const take = async (files) => { await lantai.load(words.library); [...files].forEach(add); next(); };
  input.addEventListener('change', async () => { await take(input.files); input.value = ''; });
  for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add('is-over'); });
  for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.classList.remove('is-over'));
  drop.addEventListener('drop', (event) => { event.preventDefault(); take(event.dataTransfer.files); });
});
