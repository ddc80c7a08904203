import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from "react";

/** Rows beyond either edge of the view, for scrolling that is faster than drawing. */
const SPARE_ROWS = 6;

export interface RowWindow {
  /** Of the rows to draw. */
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
  /** To be called when the list scrolls. */
  onScroll(): void;
}

/**
 * Which of `count` rows of equal height are in view.
 *
 * @param list Scrolls; its only child is as high as all rows.
 */
export function useRowWindow(list: RefObject<HTMLElement>, count: number): RowWindow {
  const [first, setFirst] = useState(0);
  const [end, setEnd] = useState(2 * SPARE_ROWS);
  const update = useCallback(() => {
    const { current } = list;
    const rowHeight = (current?.firstElementChild?.clientHeight ?? 0) / count;
    if (current === null || !(rowHeight > 0)) return;
    const { scrollTop, clientHeight } = current;
    setFirst(Math.max(0, Math.floor(scrollTop / rowHeight) - SPARE_ROWS));
    setEnd(Math.min(count, Math.ceil((scrollTop + clientHeight) / rowHeight) + SPARE_ROWS));
  }, [list, count]);
  useLayoutEffect(update, [update]);
  useEffect(() => {
    if (list.current === null) return;
    const observer = new ResizeObserver(update);
    observer.observe(list.current);
    return () => observer.disconnect();
  }, [list, update]);
  return { first, end, onScroll: update };
}
