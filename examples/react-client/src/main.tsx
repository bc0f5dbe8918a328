import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useConnected, useMetrics } from './useMetrics.js';

function Processor() {
  const metrics = useMetrics('system.metrics', 'cpu.percent,memory.percent');
  return (
    <ul>
      {[...metrics.values()].map(({ name, value }) => (
        <li key={name} id={name}>
          {name}: {value.toFixed(1)} %
        </li>
      ))}
    </ul>
  );
}

function Page() {
  const connected = useConnected();
  const [shown, setShown] = useState(true);
  return (
    <main>
      <p id="state">{connected ? 'Connected' : 'Disconnected'}</p>
      <button onClick={() => setShown(!shown)}>{shown ? 'Hide' : 'Show'}</button>
      {shown && <Processor />}
    </main>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
