// A real OpenID provider on loopback (the npm package oidc-provider), for the tests of single sign-on.
// Reads {port, jwks, claimsParameter} as JSON from standard input and prints one line when it listens; it ends when that input does.
// Clients register themselves (RFC 7591). Whoever logs in says on the login page who she is and what is true of her.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.MODULES}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const chunks = [];
await new Promise((resolve) => {
  process.stdin.on('data', (chunk) => {
    chunks.push(chunk);
    if (chunk.includes(10)) resolve();
  });
});
process.stdin.on('end', () => process.exit(0));
process.stdin.on('close', () => process.exit(0));
const { port, jwks, claimsParameter } = JSON.parse(Buffer.concat(chunks).toString());

const people = new Map();
const levels = ['http://id.sambi.se/loa/loa2', 'http://id.sambi.se/loa/loa3'];
const bare = (part) => `<!DOCTYPE html><html lang="sv"><title>Organisationens inloggning</title>${part}</html>`;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks,
  acrValues: levels,
  claims: { openid: ['sub'], email: ['email', 'email_verified', 'xms_edov'], profile: ['name'] },
  cookies: { keys: ['only for tests'] },
  // Without the package's guard against addresses like ours: the program it tells of logouts is on loopback too.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
  clientDefaults: { grant_types: ['authorization_code'], response_types: ['code'] },
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    claimsParameter: { enabled: claimsParameter },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = bare(`<h1>Logga ut överallt?</h1>${form}<button form="op.logoutForm" name="logout" value="yes">Ja</button>`);
      },
    },
  },
  interactions: { url: (ctx, interaction) => `/visa/${interaction.uid}` },
  renderError: (ctx, out) => {
    ctx.body = bare(`<h1>Fel</h1><pre>${JSON.stringify(out)}</pre>`);
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
  // The organisation has agreed for its people; nobody is asked.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
});

async function typed(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/visa/')) return next();
  if (ctx.method === 'GET') {
    ctx.body = bare(`<h1>Organisationens inloggning</h1><form method="post">
      <label>Vem är du? <input name="login" autofocus></label>
      <input type="hidden" name="claims" value="{}"><input type="hidden" name="acr" value="">
      <button>Logga in</button> <button name="do" value="cancel">Avbryt</button></form>`);
    return undefined;
  }
  const form = await typed(ctx.req);
  if (form.get('do') === 'cancel') {
    return provider.interactionFinished(ctx.req, ctx.res, { error: 'access_denied' });
  }
  const id = form.get('login');
  const claims = JSON.parse(form.get('claims'));
  people.set(id, { email: id, email_verified: true, name: 'Nora Ny', ...claims });
  ctx.respond = false;
  return provider.interactionFinished(ctx.req, ctx.res, {
    login: { accountId: id, acr: form.get('acr') || undefined },
  });
});

provider.listen(port, '127.0.0.1', () => console.log(`listening on ${provider.issuer}`));
