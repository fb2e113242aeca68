// Figures as charts, in the ink and the faces of the page; redrawn when light changes to dark.
lantai.island('chart', async (root) => {
  const place = root.querySelector('.chart__canvas');
  const option = JSON.parse(document.getElementById(root.dataset.option).textContent);
  await lantai.load(root.dataset.library);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const face = () => getComputedStyle(document.body).fontFamily;
  const series = [].concat(option.series || []).map((one) => (one.type === 'bar' ? { barMaxWidth: 48, ...one } : one));
  const numbers = series.flatMap((one) => (one.data || []).map((point) => point?.value ?? point)).flat();
  const counted = numbers.every((number) => typeof number !== 'number' || Number.isInteger(number));
  const axis = (given) => (given ? [].concat(given).map((one) => ({
    axisLine: { lineStyle: { color: colour('line-strong') } }, axisTick: { show: false },
    splitLine: { lineStyle: { color: colour('line') } },
    ...(counted && one.type !== 'category' ? { minInterval: 1 } : {}),
    ...one, axisLabel: { color: colour('ink-3'), ...(one.axisLabel || {}) },
  })) : undefined);
  let chart = null;
  const draw = () => {
    chart?.dispose();
    chart = window.echarts.init(place, null, { renderer: 'canvas' });
    chart.setOption({
      color: ['ink-2', 'vermilion', 'blue', 'green', 'amber'].map(colour),
      textStyle: { fontFamily: face(), color: colour('ink-2') },
      grid: { left: 8, right: 16, top: option.legend ? 40 : 16, bottom: 8, containLabel: true },
      animationDuration: window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 400,
      aria: { enabled: true },
      ...option,
      legend: option.legend && { left: 0, top: 0, icon: 'rect', itemWidth: 10, itemHeight: 10, textStyle: { color: colour('ink-2') }, ...option.legend },
      tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: colour('surface'), borderColor: colour('line'), textStyle: { color: colour('ink') }, ...(option.tooltip || {}) },
      series, xAxis: axis(option.xAxis), yAxis: axis(option.yAxis),
    });
  };
  draw();
  new ResizeObserver(() => chart.resize()).observe(place);
  document.addEventListener('lantai:theme', draw);
});
