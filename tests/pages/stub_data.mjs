// stub_data.mjs - tickets as an agency of the province sees them on a night, some of them with hostile words.

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const HOSTILE = [
  "<img src=x onerror=\"window.broken=1\">", "<script>window.broken=1</script>", "\"><svg onload=window.broken=1>", "javascript:window.broken=1",
  "{{constructor.constructor('window.broken=1')()}}", "\u202Egnitnok\u202C \u0000\uFFFD '; DROP TABLE tickets; --",
];

export const agencies = [
  ["DPUBMCK", "DPU BMCK", "Dinas Pekerjaan Umum Bina Marga dan Cipta Karya"], ["DISHUB", "Dishub", "Dinas Perhubungan"],
  ["PEMDA-33.74", "Kota Semarang", "Pemerintah Kota Semarang"], ["BBPJN", "BBPJN", "Balai Besar Pelaksanaan Jalan Nasional"],
  ["PUSDATARU", "Pusdataru", "Dinas PU Sumber Daya Air dan Penataan Ruang"], ["PLN", "PLN", "PT PLN (Persero)"],
].map(([code, short, name]) => ({ code, short, name }));

export const topics = [
  ["road_damage", "Jalan rusak", "infrastruktur"], ["bridge", "Jembatan", "infrastruktur"], ["street_light", "Lampu jalan", "infrastruktur"],
  ["drainage", "Drainase dan gorong-gorong", "infrastruktur"], ["flood", "Banjir", "bencana"], ["landslide", "Tanah longsor", "bencana"],
].map(([code, name, sektor]) => ({ code, name, sektor }));

function ticket(code, topic, place, region, { stage = "received", age, due, ringing = null, urgent = false, at = null, text, reports = 1, acts = [], clock = "first_response", kind = "complaint", agency = "DPUBMCK" }) {
  const now = Date.now();
  const received_at_ms = now - age;
  const due_at_ms = due === null ? null : now + due;
  const list = Array.from({ length: reports }, (_, i) => ({
    code: i === 0 ? code : `JT-${String(i).padStart(4, "9")}-AB${i % 10}D-7`, received_at_ms: received_at_ms + i * 11 * MINUTE, channel: ["sms", "whatsapp", "relay", "web"][i % 4],
    attachments: i > 0 ? [] : [{ uri: "https://gateway.example/lampiran/1.jpg", media_type: "image/jpeg" }, { uri: "javascript:window.broken=1", media_type: "image/png" }],
    text: i === 0 ? text : i === 1 ? "Betul, tadi pagi ada motor jatuh lagi di tempat yang sama." : HOSTILE[i % HOSTILE.length],
  }));
  return {
    code, stage, agency, agency_short: agencies.find((one) => one.code === agency)?.short ?? agency, topic, topic_name: topics.find((one) => one.code === topic)?.name ?? "", region_code: region, place, kind, urgent, reports,
    received_at_ms, routed_at_ms: received_at_ms + 4 * MINUTE, due_at_ms, clock: due === null ? null : clock, ringing: ringing && { severity: ringing[0], next_at_ms: now + ringing[1], next_whom: "deputy" },
    latitude: at?.[0] ?? null, longitude: at?.[1] ?? null,
    whole: {
      text, address: at ? "Depan pasar, sebelah kiri arah ke kota" : "", anonymous: reports > 2, confidential: false, reports: list,
      deadlines: due === null ? [] : [
        { clock, turn: 0, agency, started_at_ms: received_at_ms + 4 * MINUTE, due_at_ms, stopped_at_ms: null, stop: "" },
        { clock: "triage", turn: 0, agency: "TRIAGE", started_at_ms: received_at_ms, due_at_ms: received_at_ms + 3 * HOUR, stopped_at_ms: received_at_ms + 4 * MINUTE, stop: "met" }],
      acts: acts.map(([act, ago, words], i) => ({ id: 900 + i, at_ms: now - ago, act, actor: "budi", agency, value: "", text: words ?? "", photos: [] })),
      turns: [{ turn: 0, agency: "DISHUB", from_at_ms: received_at_ms, until_at_ms: received_at_ms + 4 * MINUTE, because: "not theirs" }],
      notices: [{
        id: 41, kind: "ticket_opened", role: "officer", agency, at_ms: received_at_ms + 4 * MINUTE,
        ring: { severity: ringing?.[0] ?? "biasa", step: 2, next_at_ms: ringing ? now + ringing[1] : null, ended: ringing ? "" : "acknowledged", ended_at_ms: ringing ? null : now - HOUR, ended_by: ringing ? "" : "budi" },
        devices: [{ leg: "webpush", accepted_at_ms: received_at_ms + 5 * MINUTE, received_at_ms: received_at_ms + 5 * MINUTE, seen_at_ms: null, acted_at_ms: ringing ? null : now - HOUR, failed: null },
          { leg: "sms", accepted_at_ms: received_at_ms + 15 * MINUTE, received_at_ms: null, seen_at_ms: null, acted_at_ms: null, failed: "EXPIRED" }],
      }],
      triage: { why: [], topics: [{ code: topic, name: topics.find((one) => one.code === topic)?.name ?? topic, p: 0.87 }, { code: "drainage", name: "Drainase dan gorong-gorong", p: 0.08 }], region_candidates: [region], duplicate_of: null, language: "id", model: "seed" },
      why: ["Topik: kata “berlubang” dan “jalan”.", "Jalan provinsi, maka Dinas PU Bina Marga dan Cipta Karya.", "Tanggapan pertama: 24 jam sejak sampai di instansi (aturan versi 1)."],
    },
  };
}

export function makeTickets() {
  return [
    ticket("JT-7K2M-04QF-9", "landslide", "Ds. Kalisidi, Kec. Ungaran Barat, Kab. Semarang", "33.22.14", {
      age: 7 * MINUTE, due: 52 * MINUTE, ringing: ["darurat", 4 * MINUTE + 12000], urgent: true, at: [-7.1447, 110.3667], reports: 4,
      text: "Tebing longsor menutup jalan, satu rumah tertimbun. Masih ada orang di dalam. Tolong segera kirim alat berat.",
    }),
    ticket("JT-QX81-7HB2-C", "road_damage", "Kec. Tembalang, Kota Semarang", "33.74.05", {
      age: 20 * HOUR, due: 3 * HOUR + 55 * MINUTE, ringing: ["segera", 16 * MINUTE], at: [-7.0579, 110.4467], reports: 2,
      text: "Jalan berlubang di depan pasar, sudah dua motor jatuh. Kalau malam tidak kelihatan karena lampu jalan juga mati.",
    }),
    ticket("JT-3D9V-K1T0-4", "bridge", "Ds. Karangmalang, Kec. Gebog, Kab. Kudus", "33.19.07", {
      age: 27 * HOUR, due: -3 * HOUR - 8 * MINUTE, at: [-6.7412, 110.8411], text: "Pagar jembatan patah sejak minggu lalu, anak sekolah lewat sini setiap hari.",
      acts: [["acknowledge", 26 * HOUR]],
    }),
    ticket("JT-M5RE-2N6A-1", "drainage", "Kec. Pekalongan Utara, Kota Pekalongan", "33.75.03", {
      age: 6 * HOUR, due: 17 * HOUR + 40 * MINUTE, at: [-6.8712, 109.6829], text: "Gorong-gorong mampet, air masuk ke rumah kalau hujan.",
    }),
    ticket("JT-90ZC-E8KD-6", "street_light", "Kec. Cilacap Tengah, Kab. Cilacap", "33.01.22", {
      age: 3 * DAY, due: 2 * DAY + 5 * HOUR, stage: "in_progress", clock: "progress", at: [-7.7166, 109.0146], text: "Lampu jalan padam sepanjang 300 meter.",
      acts: [["acknowledge", 70 * HOUR], ["verifying", 69 * HOUR, "Sudah kami cek dengan petugas kecamatan."], ["field_check", 2 * DAY, "Tim ke lokasi, dua panel rusak."], ["in_progress", 19 * HOUR, "Panel pengganti dipasang bertahap mulai hari ini."]],
    }),
    ticket("JT-HACK-XSS0-0", "road_damage", HOSTILE[0], "33.74.05", {
      age: 2 * HOUR, due: 21 * HOUR, text: HOSTILE.join("\n"), reports: 6, at: [-7.0, 110.42],
      acts: [["acknowledge", 100 * MINUTE], ["reply", 90 * MINUTE, HOSTILE[2]], ["note", 80 * MINUTE, HOSTILE[1]]],
    }),
    ticket("JT-5W7B-9PQ3-8", "road_damage", "Kec. Purwokerto Timur, Kab. Banyumas", "33.02.27", {
      age: 9 * DAY, due: null, stage: "done", text: "Jalan amblas di tikungan.",
      acts: [["acknowledge", 8 * DAY], ["verifying", 8 * DAY - HOUR, "Diteruskan ke balai."], ["done", 2 * DAY, "Sudah ditambal dan dipadatkan, lalu lintas normal."]],
    }),
  ];
}
