import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useConnected, useMetrics } from './useMetrics.js';

function Usage({ name }: { name: string }) {
  const metric = useMetrics('system.metrics', name).get(name);
  return metric ? (
    <p id={name} title={metric.timestamp}>
      {name}: {metric.value.toFixed(1)} %
    </p>
  ) : null;
}

function HideableUsage({ name }: { name: string }) {
  const [shown, setShown] = useState(true);
  return (
    <>
      <button onClick={() => setShown(!shown)}>
        {shown ? 'Hide' : 'Show'} {name}
      </button>
      {shown && <Usage name={name} />}
    </>
  );
}

function Page() {
  const connected = useConnected();
  return (
    <main>
      <p id="state">{connected ? 'Connected' : 'Disconnected'}</p>
      <HideableUsage name="cpu.percent" />
      <HideableUsage name="memory.percent" />
    </main>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
