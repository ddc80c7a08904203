import { useEffect, useState } from "react";
import type { ClientState } from "../client/service-client.ts";
import { createAnnouncer } from "./announce.ts";

/** The latest change that is worth saying. */
export function useAnnouncement(state: ClientState): string {
  const [announce] = useState(createAnnouncer);
  const [words, setWords] = useState("");
  useEffect(() => {
    const latest = announce(state);
    if (latest !== "") setWords(latest);
  }, [announce, state]);
  return words;
}
