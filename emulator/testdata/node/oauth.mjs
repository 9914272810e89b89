// The dance by a client that knows nothing of SePay: oauth4webapi.
import * as oauth from 'oauth4webapi';

const { SEPAY_OAUTH_URL, SEPAY_OAUTH_API_URL, SEPAY_OAUTH_CLIENT_ID: client_id, SEPAY_OAUTH_CLIENT_SECRET, SEPAY_JWKS_URL } = process.env;
const say = (step, facts) => console.log(JSON.stringify({ step, ...facts }));
const here = { [oauth.allowInsecureRequests]: true }; // plain http, on this machine
const as = { issuer: 'https://my.sepay.vn', authorization_endpoint: `${SEPAY_OAUTH_URL}/authorize`, token_endpoint: `${SEPAY_OAUTH_URL}/token`, jwks_uri: SEPAY_JWKS_URL };
const client = { client_id };
const redirect_uri = 'http://localhost:3000/callback';

// consent goes to the authorization endpoint as a browser would; the emulator
// lets everybody in.
async function consent(scope) {
  const verifier = oauth.generateRandomCodeVerifier(), state = oauth.generateRandomState();
  const at = new URL(as.authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code', client_id, redirect_uri, scope, state, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })) at.searchParams.set(name, value);
  const answer = await fetch(at, { redirect: 'manual' });
  return { verifier, params: oauth.validateAuthResponse(as, client, new URL(answer.headers.get('location')), state) };
}

const exchange = async (auth, { verifier, params }) => oauth.processAuthorizationCodeResponse(as, client,
  await oauth.authorizationCodeGrantRequest(as, client, auth, params, redirect_uri, verifier, here));

for (const [step, auth] of [['post', oauth.ClientSecretPost(SEPAY_OAUTH_CLIENT_SECRET)], ['basic', oauth.ClientSecretBasic(SEPAY_OAUTH_CLIENT_SECRET)]]) {
  const first = await exchange(auth, await consent('profile transaction:read'));
  const second = await oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, auth, first.refresh_token, here));
  const me = await oauth.protectedResourceRequest(second.access_token, 'GET', new URL(`${SEPAY_OAUTH_API_URL}/me`), undefined, undefined, here);
  say(step, { type: second.token_type, expires: second.expires_in, rotated: first.refresh_token !== second.refresh_token, status: me.status, email: (await me.json()).data.email });
}

// What it makes of the errors.
const wrong = async (step, run) => {
  try { await run(); say(step, { error: null }); } catch (e) { say(step, { error: e.error ?? e.code, status: e.status ?? null }); }
};
await wrong('denied scope', async () => consent('profile everything'));
await wrong('wrong secret', async () => exchange(oauth.ClientSecretPost('wrong'), await consent('profile')));
await wrong('wrong verifier', async () => exchange(oauth.ClientSecretPost(SEPAY_OAUTH_CLIENT_SECRET), { ...(await consent('profile')), verifier: oauth.generateRandomCodeVerifier() }));

// The public key, which only the emulator publishes, verifies its tokens.
const { keys } = await (await fetch(SEPAY_JWKS_URL)).json();
const key = await crypto.subtle.importKey('jwk', keys[0], { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['verify']);
const { access_token } = await exchange(oauth.ClientSecretPost(SEPAY_OAUTH_CLIENT_SECRET), await consent('profile'));
const [head, body, signature] = access_token.split('.');
say('jwks', { verified: await crypto.subtle.verify('RSASSA-PKCS1-v1_5', key, Buffer.from(signature, 'base64url'), Buffer.from(`${head}.${body}`)) });
