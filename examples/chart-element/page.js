const { searchParams, hash } = new URL(location.href);
const token = new URLSearchParams(hash.slice(1)).get('token');

for (const chart of document.querySelectorAll('greenlang-chart')) {
  chart.setAttribute('url', searchParams.get('server') ?? 'ws://localhost:8000/ws/metrics');
  chart.token = token;
}
