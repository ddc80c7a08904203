import { useEffect, useRef, useState } from "react";
import type { ClientState } from "../client/service-client.ts";
import { announce } from "./announce.ts";

/** The latest change that is worth saying. */
export function useAnnouncement(state: ClientState): string {
  const former = useRef(state);
  const [words, setWords] = useState("");
  useEffect(() => {
    const latest = announce(former.current, state);
    former.current = state;
    if (latest !== "") setWords(latest);
  }, [state]);
  return words;
}
