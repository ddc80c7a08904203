/** Runs the browser tests that make the manual's pictures, and has them put in their places. */
process.env["MAQUETTE_RENEW_SCREENSHOTS"] = "1";
process.argv.push("e2e/studio", "e2e/inspector", "e2e/editor", "e2e/hot-load");
await import("../run.ts");

export {};
