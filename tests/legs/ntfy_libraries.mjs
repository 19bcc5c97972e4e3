// ntfy_libraries.mjs - two stock libraries against our ntfy endpoint: `publish SERVER TOPIC TOKEN`, and `listen SERVER TOPIC TOKEN COUNT`.
import {EventSource} from 'eventsource';
import {NtfyClient} from 'ntfy';

const [what, server, topic, token, count] = process.argv.slice(2);

if (what === 'publish') {
    const client = new NtfyClient({server, topic, authorization: token});
    const answer = await client.publish({
        message: 'Tiket baru: JT-7K3M-Q2XW-5, jalan berlubang di Kabupaten Demak 🛑',
        title: 'DARURAT',
        priority: 5,
        tags: ['rotating_light', 'jt-7k3m-q2xw-5'],
        actions: [
            {type: 'http', label: 'Terima', url: 'https://portal.example/api/v1/push/acknowledge', method: 'POST', clear: true,
             headers: {'X-Token': 'abc'}},
            {type: 'view', label: 'Buka', url: 'https://portal.example/#/tiket/JT-7K3M-Q2XW-5'},
        ],
    });
    console.log(JSON.stringify(answer));
} else {
    // As ntfy's documentation shows it to web pages: the header's value in the query, base64url without padding.
    const auth = Buffer.from(`Bearer ${token}`).toString('base64url');
    const source = new EventSource(`${server}/${topic}/sse?auth=${auth}&since=all`);
    const seen = [];
    source.addEventListener('open', () => console.log('open'));
    source.addEventListener('message', event => {
        seen.push(JSON.parse(event.data).message);
        console.log(`message ${JSON.stringify(seen.at(-1))}`);
        if (seen.length === Number(count))
            source.close();
    });
    source.addEventListener('error', error => {
        console.error(error.message);
        process.exit(1);
    });
}
