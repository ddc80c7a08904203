import { useEffect, useState } from "react";

/** An estimate that goes on falling, second by second, until there is a new one. */
export function useCountdown(remainingMs: number | undefined): number | undefined {
  const [passedMs, setPassedMs] = useState(0);
  useEffect(() => {
    setPassedMs(0);
    if (remainingMs === undefined) return;
    const timer = setInterval(() => setPassedMs((passed) => passed + 1000), 1000);
    return () => clearInterval(timer);
  }, [remainingMs]);
  return remainingMs === undefined ? undefined : Math.max(0, remainingMs - passedMs);
}
