// A shop reads, cancels and voids orders: PAID by transfer, CARD by card, and
// WAIT and LAST, which wait.
import { ask, client, pointHere, say } from './shop.mjs';

const { order } = client('sandbox');
const stranger = client('sandbox', 'spsk_test_wrong').order;
pointHere();

const show = async (step, call) => say(step, await ask(call));

await show('retrieve', () => order.retrieve('PAID'));
await show('retrieve by order_id', () => order.retrieve(process.argv[2]));
await show('all', () => order.all());
await show('page of many', () => order.all({
  per_page: 2, q: 'shop', customer_id: null, from_created_at: '2026-01-06', to_created_at: '2026-01-08', sort: { created_at: 'desc' },
}));
await show('oldest first', () => order.all({ sort: { created_at: 'asc' }, order_status: 'CAPTURED' }));
await show('cancel', () => order.cancel('WAIT'));
await show('cancelled', () => order.retrieve('WAIT'));
await show('void', () => order.voidTransaction('CARD'));
await show('voided', () => order.retrieve('CARD'));

await show('wrong secret', () => stranger.all());
await show('unknown', () => order.retrieve('NONE'));
await show('cancel unknown', () => order.cancel('NONE'));
await show('cancel paid', () => order.cancel('PAID'));
await show('cancel twice', () => order.cancel('WAIT'));
await show('void transfer', () => order.voidTransaction('PAID'));
await show('void twice', () => order.voidTransaction('CARD'));
await show('no invoice', () => order.cancel(undefined));
