/** Runs `body` with these environment variables, undefined meaning unset, and restores them. */
export async function withEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  body: () => Promise<void>,
): Promise<void> {
  const former = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(variables)) set(name, value);
  try {
    await body();
  } finally {
    for (const [name, value] of former) set(name, value);
  }
}
