lantai.island('message', (message) => {
  message.querySelector('[data-close]').addEventListener('click', () => message.remove());
});
