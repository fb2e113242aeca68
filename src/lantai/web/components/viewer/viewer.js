// Page images with the text beside (OpenSeadragon), and PDF pages (pdf.js); both brought only when needed.
const say = (root, at, total) => {
  root.querySelector('[data-pages]').textContent = root.dataset.pageLabel.replace('{n}', at + 1).replace('{total}', total);
};
const fail = (root, error) => {
  console.error(error);
  const note = document.createElement('p');
  note.className = 'viewer__failed';
  note.textContent = root.dataset.failed;
  root.querySelector('[data-stage]').replaceChildren(note);
};
const wire = (root, doings, turnTo) => {
  root.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (button && doings[button.dataset.do]) doings[button.dataset.do](button);
  });
  root.addEventListener('keydown', (event) => {
    if (!['PageDown', 'PageUp'].includes(event.key)) return;
    turnTo(event.key === 'PageDown' ? 1 : -1);
    event.preventDefault();
  });
};

lantai.island('viewer-images', async (root) => {
  const pages = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const stage = root.querySelector('[data-stage]');
  const text = root.querySelector('[data-text]');
  const thumbs = [...root.querySelectorAll('[data-page]')];
  const outline = root.querySelector('[data-outline]');
  const entries = [...root.querySelectorAll('[data-turn]')];
  if (!pages.length) return;
  text.textContent = pages[0].text || '';
  try { await lantai.load(`${root.dataset.vendor}openseadragon/openseadragon.min.js`); } catch (error) { fail(root, error); return; }
  const source = (page) => page.tiles || { type: 'image', url: page.image };
  const viewer = window.OpenSeadragon({
    element: stage, tileSources: source(pages[0]), showNavigationControl: false, animationTime: 0.4,
    visibilityRatio: 0.6, maxZoomPixelRatio: 3, gestureSettingsMouse: { clickToZoom: false }, drawer: 'canvas',
  });
  viewer.addHandler('resize', () => viewer.viewport && viewer.viewport.goHome());
  viewer.addHandler('open-failed', (event) => fail(root, event.message));
  let at = 0;
  const show = (to) => {
    if (to < 0 || to >= pages.length) return;
    if (to !== at) viewer.open(source(pages[to]));
    at = to;
    say(root, at, pages.length);
    text.textContent = pages[at].text || '';
    const reached = entries.filter((entry) => Number(entry.dataset.turn) <= at).pop();
    entries.forEach((entry) => entry.toggleAttribute('aria-current', entry === reached));
    thumbs.forEach((thumb, index) => {
      if (index !== at) { thumb.removeAttribute('aria-current'); return; }
      thumb.setAttribute('aria-current', 'true');
      if (root.contains(document.activeElement)) thumb.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });
  };
  wire(root, {
    previous: () => show(at - 1), next: () => show(at + 1),
    in: () => viewer.viewport.zoomBy(1.5), out: () => viewer.viewport.zoomBy(1 / 1.5),
    fit: () => viewer.viewport.goHome(), turn: () => viewer.viewport.setRotation(viewer.viewport.getRotation() + 90),
    outline: (button) => { outline.hidden = !outline.hidden; button.setAttribute('aria-expanded', String(!outline.hidden)); },
    text: (button) => { text.hidden = !text.hidden; button.setAttribute('aria-pressed', String(!text.hidden)); },
  }, (by) => show(at + by));
  root.addEventListener('click', (event) => { const thumb = event.target.closest('[data-page]'); if (thumb) show(Number(thumb.dataset.page)); });
  root.addEventListener('click', (event) => { const entry = event.target.closest('[data-turn]'); if (entry) show(Number(entry.dataset.turn)); });
  show(0);
});

lantai.island('viewer-pdf', async (root) => {
  const stage = root.querySelector('[data-stage]');
  const base = new URL(`${root.dataset.vendor}pdfjs/`, location.href).href;
  try {
    const pdfjs = await import(`${base}pdf.min.mjs`);
    pdfjs.GlobalWorkerOptions.workerSrc = `${base}pdf.worker.min.mjs`;
    const file = await pdfjs.getDocument({
      url: root.dataset.src, cMapUrl: `${base}cmaps/`, cMapPacked: true, standardFontDataUrl: `${base}standard_fonts/`,
      wasmUrl: `${base}wasm/`, iccUrl: `${base}iccs/`, isEvalSupported: false, enableXfa: false,
    }).promise;
    let at = 1; let zoom = 0; let turn = 0; let task = null; let scale = 1;
    const canvas = document.createElement('canvas');
    stage.replaceChildren(canvas);
    const draw = async () => {
      const page = await file.getPage(at);
      const rotation = (page.rotate + turn) % 360;
      const natural = page.getViewport({ scale: 1, rotation });
      const fit = Math.max(0.2, (stage.clientWidth - 32) / natural.width);
      scale = zoom || Math.min(fit, 1.6);
      const density = Math.min(window.devicePixelRatio || 1, 2);
      const viewport = page.getViewport({ scale: scale * density, rotation });
      task?.cancel();
      canvas.width = viewport.width; canvas.height = viewport.height;
      canvas.style.width = `${viewport.width / density}px`;
      task = page.render({ canvas, viewport });
      await task.promise.catch((error) => { if (error.name !== 'RenderingCancelledException') throw error; });
      say(root, at - 1, file.numPages);
      canvas.dataset.drawn = String(at);
    };
    const go = (to) => { if (to >= 1 && to <= file.numPages) { at = to; stage.scrollTop = 0; draw(); } };
    wire(root, {
      previous: () => go(at - 1), next: () => go(at + 1),
      in: () => { zoom = Math.min(scale * 1.25, 5); draw(); },
      out: () => { zoom = Math.max(scale / 1.25, 0.2); draw(); },
      fit: () => { zoom = 0; draw(); },
      turn: () => { turn = (turn + 90) % 360; draw(); },
    }, (by) => go(at + by));
    await draw();
  } catch (error) { fail(root, error); }
});
