// What the scripts of this directory share: a shop's client and its customer's
// browser. Addresses and credentials come by the names that "localsepay env" has.
import { request } from 'node:http';
import { SePayPgClient } from 'sepay-pg-node';

const { SEPAY_MERCHANT_ID, SEPAY_MERCHANT_SECRET, SEPAY_CHECKOUT_URL, SEPAY_PGAPI_URL } = process.env;

// client talks to the SDK's own host names of an environment.
export const client = (env, secret_key = SEPAY_MERCHANT_SECRET) =>
  new SePayPgClient({ env, merchant_id: SEPAY_MERCHANT_ID, secret_key });

// pointHere turns every client to the emulator. Each new client turns all of
// them back, so this comes after the last one.
export function pointHere() {
  SePayPgClient.baseApiUrl = SEPAY_PGAPI_URL;
  SePayPgClient.baseCheckoutUrl = SEPAY_CHECKOUT_URL;
}

// say prints a line for the test.
export const say = (step, facts) => console.log(JSON.stringify({ step, ...facts }));

// ask tells how a call of the SDK ended.
export const ask = async (call) => {
  try {
    const { status, data } = await call();
    return { status, data };
  } catch (e) {
    if (!e.response) throw e;
    return { error: e.name, status: e.response.status, data: e.response.data };
  }
};

// encode is what a browser posts for a form with these fields: an input whose
// value is null is an empty one.
export const encode = (fields) =>
  new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, value ?? ''])).toString();

// browse sends a request as a browser does, without following a redirect. The
// connection may go elsewhere than the address says, as with a hosts file.
export const browse = (url, body, { origin = new URL(url).origin } = {}) =>
  new Promise((resolve, reject) => {
    const at = new URL(url);
    const { hostname, port } = new URL(origin);
    const headers = { host: at.host, 'user-agent': 'Mozilla/5.0 (test)' };
    if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
    request({ hostname, port, path: at.pathname + at.search, method: body === undefined ? 'GET' : 'POST', headers }, async (res) => {
      try {
        let text = '';
        for await (const chunk of res.setEncoding('utf8')) text += chunk;
        const location = res.headers.location && new URL(res.headers.location, url).href;
        resolve({ status: res.statusCode, location, text });
      } catch (e) {
        reject(e);
      }
    }).on('error', reject).end(body);
  });

// link splits an address into what a test can name.
export const link = (url) => {
  const at = new URL(url);
  return { origin: at.origin, path: at.pathname, names: [...at.searchParams.keys()] };
};

const unescape = (text) => text.replaceAll('&amp;', '&').replaceAll('&#43;', '+').replaceAll('&#39;', "'").replaceAll('&#34;', '"').replaceAll('&quot;', '"');

// formWith finds the action of the page's form that has a button.
export const formWith = (html, button) => {
  for (const [form] of html.matchAll(/<form\b[\s\S]*?<\/form>/g)) {
    if (form.includes(button)) return unescape(form.match(/\baction="([^"]*)"/)[1]);
  }
  throw new Error(`no form has a button ${button}:\n${html}`);
};

// returnTo is the address that the page's refresh leads to.
export const returnTo = (html) => {
  const refresh = html.match(/http-equiv="refresh" content="\d+; ?url=([^"]*)"/);
  return refresh && unescape(refresh[1]);
};
