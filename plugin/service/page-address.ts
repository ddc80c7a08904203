/** Addresses of a service's page. */
import { InputError } from "../core/errors.ts";

import { checked } from "../protocol/schema.ts";
import { type Opening, openingSchema, type ServiceAddress } from "../protocol/service.ts";

/** For the user's eyes and clipboard: whoever has it has the token. */
export function pageAddress({ url, token }: ServiceAddress): string {
  return `${url}/#token=${token}`;
}

/**
 * For a browser's command line: shows the page once, within a minute.
 *
 * @throws InputError when the service has no page, TypeError when it does not answer.
 */
export async function oneTimePageAddress({ url, token }: ServiceAddress): Promise<string> {
  const answer = await fetch(`${url}/openings`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 201) {
    throw new InputError(
      "unsupported",
      `${url}: shows no page (${answer.status}) — end that service and run maquette studio again`,
    );
  }
  const opening: Opening = checked(openingSchema, await answer.json(), url, "unsupported");
  return url + opening.path;
}
