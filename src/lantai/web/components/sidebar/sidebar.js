// On a narrow screen the navigation is a drawer: opened by its button, closed by Escape or a tap beside it.
lantai.island('drawer', (button) => {
  const drawer = document.getElementById(button.getAttribute('aria-controls'));
  if (!drawer) return;
  const set = (open) => {
    drawer.classList.toggle('is-open', open);
    button.setAttribute('aria-expanded', String(open));
    if (open) drawer.querySelector('a')?.focus(); else button.focus();
  };
  button.addEventListener('click', () => set(!drawer.classList.contains('is-open')));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && drawer.classList.contains('is-open')) set(false); });
  document.querySelector('.sidebar-scrim')?.addEventListener('click', () => set(false));
});
