import { StrictMode, useState, type DetailedHTMLProps, type HTMLAttributes } from 'react';
import { createRoot } from 'react-dom/client';

/** The attributes of the custom element, and its property `token`. */
interface ChartProps extends DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> {
  channel: string;
  metrics?: string;
  range?: string;
  url?: string;
  token: () => string | null;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'greenlang-chart': ChartProps;
    }
  }
}

const { searchParams, hash } = new URL(location.href);
const url = searchParams.get('server') ?? 'ws://localhost:8000/ws/metrics';

/** One function for all charts, so that they share a connection. */
const token = () => new URLSearchParams(hash.slice(1)).get('token');

function Charts() {
  const [range, setRange] = useState('5m');
  return (
    <main>
      <button onClick={() => setRange('15m')}>15 minutes</button>
      <greenlang-chart channel="system.metrics" metrics="cpu.percent" range={range} url={url} token={token} />
      <greenlang-chart channel="system.metrics" metrics="memory.percent" range={range} url={url} token={token} />
    </main>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Charts />
  </StrictMode>,
);
