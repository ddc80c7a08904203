/** The service's token, which `maquette studio` puts behind the `#` of the page's address. */

const STORAGE_KEY = "maquette.token";
const FRAGMENT = /^#token=([0-9a-f]{64})$/;

/**
 * Takes the token out of the address, so that it is neither bookmarked nor shared, and keeps it for
 * as long as the tab lives, so that the page can be reloaded.
 *
 * @returns undefined when the page was opened some other way.
 */
export function takeToken(
  { location, history, sessionStorage }: Window = globalThis.window,
): string | undefined {
  const token = FRAGMENT.exec(location.hash)?.[1];
  if (token === undefined) return sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  sessionStorage.setItem(STORAGE_KEY, token);
  history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
