import { useCallback, useRef, useState } from "react";
import { messageOf } from "../swap/message-of.ts";

export interface Notice {
  readonly id: number;
  readonly message: string;
}

/** A thousand refused files need no thousand messages. */
const MAX_NOTICES = 20;

/** Messages that stay until they are dismissed, the latest first. */
export function useNotices(): {
  readonly notices: readonly Notice[];
  report(error: unknown): void;
  dismiss(id: number): void;
  dismissAll(): void;
} {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const lastId = useRef(0);
  const report = useCallback((error: unknown) => {
    const notice = { id: ++lastId.current, message: messageOf(error) };
    setNotices((shown) =>
      [notice, ...shown.filter(({ message }) => message !== notice.message)].slice(0, MAX_NOTICES),
    );
  }, []);
  const dismiss = useCallback(
    (id: number) => setNotices((shown) => shown.filter((notice) => notice.id !== id)),
    [],
  );
  const dismissAll = useCallback(() => setNotices([]), []);
  return { notices, report, dismiss, dismissAll };
}
