// Light or dark: the reader's choice is a cookie, so the server draws the page in it at once.
lantai.island('theme', (button) => {
  const root = document.documentElement;
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const current = () => (['light', 'dark'].includes(root.dataset.theme) ? root.dataset.theme : system.matches ? 'dark' : 'light');
  const show = () => button.setAttribute('aria-pressed', String(current() === 'dark'));
  button.addEventListener('click', () => {
    root.dataset.theme = current() === 'dark' ? 'light' : 'dark';
    lantai.cookie('lantai_theme', root.dataset.theme);
    show();
    document.dispatchEvent(new CustomEvent('lantai:theme'));
  });
  system.addEventListener('change', () => { show(); document.dispatchEvent(new CustomEvent('lantai:theme')); });
  show();
});
