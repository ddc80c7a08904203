import { type RefObject, useEffect, useState } from "react";

/** True from when the element first comes into view. */
export function useSeen(element: RefObject<Element>): boolean {
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    const observed = element.current;
    if (isSeen || observed === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setIsSeen(true);
    });
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element, isSeen]);
  return isSeen;
}
