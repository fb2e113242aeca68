// Figures as charts, in the ink and the faces of the page; redrawn when light changes to dark.
lantai.island('chart', async (root) => {
  const COLOURS = ['ink-2', 'vermilion', 'blue', 'green', 'amber', 'violet', 'teal', 'ochre', 'rose', 'stone'];
  const place = root.querySelector('.chart__canvas');
  const option = JSON.parse(document.getElementById(root.dataset.option).textContent);
  await lantai.load(root.dataset.library);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const face = () => getComputedStyle(document.body).fontFamily;
  const series = [].concat(option.series || []).map((one) => (one.type === 'bar' ? { barMaxWidth: 48, ...one } : one));
  const numbers = series.flatMap((one) => (one.data || []).map((point) => point?.value ?? point)).flat();
  const counted = numbers.every((number) => typeof number !== 'number' || Number.isInteger(number));
  // Names under the bars get each its own share of the width, on a telephone in several lines.
  const room = (one) => (one.type === 'category' && one.axisLabel?.width && place.clientWidth
    ? { width: Math.max(32, Math.min(one.axisLabel.width, Math.floor((place.clientWidth - 72) / Math.max(1, one.data.length)) - 6)), overflow: 'break', fontSize: place.clientWidth < 480 ? 10 : 12 } : {});
  const axis = (given) => (given ? [].concat(given).map((one) => ({
    axisLine: { lineStyle: { color: colour('line-strong') } }, axisTick: { show: false },
    splitLine: { lineStyle: { color: colour('line') } },
    ...(counted && one.type !== 'category' ? { minInterval: 1 } : {}),
    ...one, axisLabel: { color: colour('ink-3'), ...(one.axisLabel || {}), ...room(one) },
  })) : undefined);
  let chart = null;
  const draw = () => {
    chart?.dispose();
    chart = window.echarts.init(place, null, { renderer: 'canvas' });
    chart.setOption({
      color: COLOURS.map(colour),
      textStyle: { fontFamily: face(), color: colour('ink-2') },
      grid: { left: 8, right: 16, top: option.legend ? 40 : 16, bottom: 8, containLabel: true },
      animationDuration: window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 400,
      aria: { enabled: true },
      ...option,
      legend: option.legend && { type: 'scroll', left: 0, top: 0, icon: 'rect', pageIconColor: colour('ink-2'), pageIconInactiveColor: colour('line-strong'), pageTextStyle: { color: colour('ink-3') }, itemWidth: 10, itemHeight: 10, textStyle: { color: colour('ink-2') }, ...option.legend },
      tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: colour('surface'), borderColor: colour('line'), textStyle: { color: colour('ink') }, ...(option.tooltip || {}) },
      series, xAxis: axis(option.xAxis), yAxis: axis(option.yAxis),
    });
  };
  draw();
  new ResizeObserver(() => chart.resize()).observe(place);
  document.addEventListener('lantai:theme', draw);
});
