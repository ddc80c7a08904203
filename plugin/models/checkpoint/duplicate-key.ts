/**
 * The first key that occurs twice in one object of a JSON text, or undefined. `JSON.parse` keeps
 * the last of them silently, where other readers may keep the first. The text must be valid JSON.
 */
export function findDuplicateKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === "{") objects.push(new Set());
    else if (character === "}") objects.pop();
    else if (character === '"') {
      const end = stringEnd(json, i);
      if (isFollowedByColon(json, end)) {
        const key: string = JSON.parse(json.slice(i, end));
        const keys = objects.at(-1);
        if (keys?.has(key)) return key;
        keys?.add(key);
      }
      i = end - 1;
    }
  }
  return undefined;
}

/** The index after the closing quote of the string that begins at `start`. */
function stringEnd(json: string, start: number): number {
  let i = start + 1;
  while (json[i] !== '"') i += json[i] === "\\" ? 2 : 1;
  return i + 1;
}

function isFollowedByColon(json: string, index: number): boolean {
  let i = index;
  while (" \t\r\n".includes(json[i] ?? "end")) i++;
  return json[i] === ":";
}
