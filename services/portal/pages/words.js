// words.js - every word on the screen, in Indonesian and English, and how times are written.
//
// One pair a word: [Indonesian, English].  Times are those of Asia/Jakarta, wherever the phone is.

const WORDS = {
  // frame
  skip: ["Langsung ke isi", "Skip to content"],
  tickets: ["Tiket", "Tickets"],
  phones: ["Ponsel", "Phones"],
  settings: ["Pengaturan", "Settings"],
  loading: ["Memuat …", "Loading …"],
  close: ["Tutup", "Close"],
  cancel: ["Batal", "Cancel"],
  save: ["Simpan", "Save"],
  yes: ["Ya", "Yes"],
  no: ["Tidak", "No"],
  remove: ["Hapus", "Remove"],
  more: ["Muat lagi", "Load more"],
  copy: ["Salin", "Copy"],
  copied: ["Tersalin", "Copied"],
  reload: ["Muat ulang", "Reload"],
  new_version: ["Versi baru sudah siap.", "A new version is ready."],
  no_connection: ["Tidak ada sambungan. Coba lagi sebentar.", "No connection. Try again in a moment."],
  session_over: ["Sesi berakhir. Silakan masuk lagi.", "Your session is over. Please log in again."],
  waiting_n: ["{n} menunggu dikirim", "{n} waiting to be sent"],
  refused_n: ["{n} ditolak server", "{n} refused by the server"],
  unsent: ["belum terkirim", "not sent yet"],
  as_of: ["Tanpa sambungan: keadaan pukul {time}", "No connection: as of {time}"],

  // log-in
  for_officers: ["Untuk petugas dan kepala instansi", "For officers and heads of agencies"],
  user_name: ["Nama pengguna", "User name"],
  password: ["Kata sandi", "Password"],
  log_in: ["Masuk", "Log in"],
  log_in_here: ["Masuk di ponsel ini", "Log in on this phone"],
  log_in_to_open: ["Masuk untuk membuka tiket", "Log in to open the ticket"],
  enrolling: ["Kode dari layar lain sudah terbaca.", "The code from the other screen was read."],
  fill_both: ["Isi nama pengguna dan kata sandi.", "Fill in both user name and password."],
  wrong_login: ["Nama pengguna atau kata sandi salah.", "Wrong user name or password."],
  wrong_code: ["Kode sudah dipakai atau kedaluwarsa. Minta kode baru, atau masuk dengan kata sandi.", "The code was used or is too old. Ask for a new one, or log in with a password."],
  too_often: ["Terlalu sering mencoba. Tunggu {n} detik.", "Too many attempts. Wait {n} seconds."],
  to_track: ["Pelapor? Lacak laporan di sini", "Reported something? Track it here"],
  language: ["Bahasa", "Language"],
  colours: ["Warna", "Colours"],
  theme_auto: ["Otomatis", "Automatic"],
  theme_light: ["Terang", "Light"],
  theme_dark: ["Gelap", "Dark"],
  log_out: ["Keluar", "Log out"],
  log_out_sure: ["Semua tiket yang tersimpan di ponsel ini dihapus.", "All tickets kept on this phone are deleted."],
  log_out_hint: ["Ponsel tetap berdering setelah keluar, kecuali Anda memilih berhenti.", "The phone keeps ringing after you log out, unless you choose to stop it."],
  unsent_would_go: ["{n} tindakan belum terkirim dan akan hilang.", "{n} acts were not sent yet and would be lost."],
  stop_ringing: ["Hentikan juga dering di ponsel ini", "Also stop ringing on this phone"],
  role_officer: ["Petugas", "Officer"],
  role_deputy: ["Wakil kepala", "Deputy head"],
  role_head: ["Kepala instansi", "Head of agency"],
  role_desk: ["Meja triase", "Triage desk"],
  role_sekda: ["Sekretaris Daerah", "Regional secretary"],
  role_governor: ["Gubernur", "Governor"],

  // list
  filter: ["Saringan", "Filter"],
  scope_open: ["Terbuka", "Open"],
  scope_done: ["Selesai", "Done"],
  scope_shelf: ["Rak", "Shelf"],
  ringing_now: ["Berdering", "Ringing"],
  late: ["Terlambat", "Late"],
  by_time_left: ["Menurut sisa waktu", "By time left"],
  choose_ticket: ["Pilih satu tiket untuk dibaca.", "Choose a ticket to read."],
  empty_open: ["Tidak ada tiket terbuka.", "No open tickets."],
  empty_done: ["Belum ada tiket selesai.", "No tickets are done yet."],
  empty_shelf: ["Rak kosong.", "The shelf is empty."],
  never_loaded: ["Belum pernah dimuat di ponsel ini. Butuh sambungan.", "Never loaded on this phone. It needs a connection."],
  no_topic: ["Topik belum jelas", "Topic not clear yet"],
  no_place: ["Tempat belum jelas", "Place not clear yet"],
  reports_n: ["{n} laporan", "{n} reports"],
  urgent: ["Darurat", "Urgent"],
  rises_same: ["berdering lagi dalam {time}", "rings again in {time}"],
  rises_deputy: ["ke wakil dalam {time}", "goes to the deputy in {time}"],
  rises_head: ["ke kepala dalam {time}", "goes to the head in {time}"],
  rises_desk: ["ke meja triase dalam {time}", "goes to the triage desk in {time}"],
  rises_sekda: ["ke Sekda dalam {time}", "goes to the Sekda in {time}"],
  rises_call: ["meja triase menelepon dalam {time}", "the desk calls in {time}"],
  sev_darurat: ["Darurat", "Emergency"],
  sev_segera: ["Segera", "Soon"],
  sev_biasa: ["Biasa", "Normal"],

  // one ticket
  not_found: ["Tiket ini tidak ada, atau sekarang milik instansi lain.", "There is no such ticket, or another agency has it now."],
  not_kept: ["Tiket ini belum tersimpan di ponsel. Butuh sambungan.", "This ticket is not kept on the phone. It needs a connection."],
  left_for: ["Sisa waktu: {clock}", "Time left: {clock}"],
  late_for: ["Terlambat: {clock}", "Late: {clock}"],
  due_at: ["Tenggat {time}", "Due {time}"],
  no_due: ["Tanpa tenggat", "No due time"],
  clock_none: ["Tidak ada tenggat yang berjalan.", "No deadline is running."],
  clock_done: ["Selesai. Tidak ada tenggat yang berjalan.", "Done. No deadline is running."],
  spoken_left: ["Sisa waktu {time}", "{time} left"],
  rings_as: ["Berdering: {severity}", "Ringing: {severity}"],
  accept: ["TERIMA", "ACCEPT"],
  go_on: ["Lanjut: {act}", "Next: {act}"],
  accept_ok: ["Diterima. Dering berhenti.", "Accepted. The ringing stops."],
  accept_used: ["Sudah diterima sebelumnya.", "It was accepted before."],
  accept_expired: ["Pemberitahuan ini sudah tidak berlaku.", "This notice is no longer valid."],
  accept_waiting: ["Tercatat. Dikirim begitu tersambung.", "Noted. It is sent as soon as there is a connection."],
  accepted_here: ["Sudah diterima dari ponsel ini.", "Accepted from this phone."],
  report: ["Laporan", "Report"],
  no_text: ["(tanpa teks)", "(no text)"],
  received_at: ["Diterima {time}", "Received {time}"],
  anonymous: ["anonim", "anonymous"],
  confidential: ["rahasia", "confidential"],
  others_n: ["{n} laporan lain tentang hal ini", "{n} other reports about this"],
  place: ["Tempat", "Place"],
  acts: ["Tindakan", "Acts"],
  history: ["Riwayat", "History"],
  left_agency: ["Lepas dari {agency}", "Left {agency}"],
  because_not_theirs: ["bukan wewenangnya", "not theirs"],
  because_assigned: ["ditugaskan meja triase", "assigned by the triage desk"],
  because_opened_again: ["dibuka kembali", "opened again"],
  because_corrected_topic: ["topik diperbaiki", "topic corrected"],
  because_corrected_region: ["wilayah diperbaiki", "region corrected"],
  because_corrected_kind: ["jenis diperbaiki", "kind corrected"],
  because_corrected_urgent: ["kedaruratan diperbaiki", "urgency corrected"],
  because_split_off_again: ["dipisahkan lagi", "split off again"],
  because_joined_to_another: ["digabung ke tiket lain", "joined to another ticket"],
  deadlines: ["Tenggat", "Deadlines"],
  stop_runs: ["berjalan", "running"],
  stop_met: ["terpenuhi", "met"],
  stop_transfer: ["pindah instansi", "moved to another agency"],
  stop_ended: ["tiket berakhir", "the ticket ended"],
  stop_void: ["tidak berlaku lagi", "no longer applies"],
  told_n: ["Siapa diberi tahu ({n})", "Who was told ({n})"],
  sent_at: ["terkirim {time}", "sent {time}"],
  arrived_at: ["sampai {time}", "arrived {time}"],
  seen_at: ["dilihat {time}", "seen {time}"],
  acted_at: ["diterima {time}", "accepted {time}"],
  not_yet: ["belum terkirim", "not sent yet"],
  failed: ["gagal", "failed"],
  ring_runs: ["Masih berdering ({severity})", "Still ringing ({severity})"],
  ring_acknowledged: ["Diterima oleh {who}, {time}", "Accepted by {who}, {time}"],
  ring_over: ["Tidak perlu lagi, {time}", "No longer needed, {time}"],
  ring_exhausted: ["Semua langkah sudah ditempuh, {time}", "All steps were taken, {time}"],
  why: ["Mengapa di sini", "Why it is here"],
  guess: ["Perkiraan", "Guess"],
  sketch_of: ["Sketsa sekitar {spot}", "Sketch of the surroundings of {spot}"],
  no_sketch: ["Sketsa butuh sambungan sekali.", "The sketch needs a connection once."],
  wider: ["Lebih luas", "Wider"],
  closer: ["Lebih dekat", "Closer"],
  open_map: ["Buka peta", "Open map"],
  attachment: ["Lampiran", "Attachment"],
  photo: ["Foto", "Photo"],

  // outbox
  noted: ["Tercatat.", "Noted."],
  noted_offline: ["Tercatat. Dikirim begitu tersambung.", "Noted. It is sent as soon as there is a connection."],
  waits_for_server: ["Tercatat di ponsel ini, menunggu dikirim.", "Noted on this phone, waiting to be sent."],
  no_effect: ["Tidak berakibat, dan pelapor tidak dikabari: misalnya karena tiket sudah selesai atau sudah pindah.", "Nothing followed from it, and no reporter was told: for instance because the ticket was closed or had moved on."],
  refused_because: ["Server menolak: {why}", "The server refused: {why}"],
  put_away: ["Singkirkan", "Put away"],
  problem_403: ["Anda tidak berwenang untuk ini.", "You may not do this."],
  problem_404: ["tiket sudah bukan milik instansi Anda.", "the ticket is no longer your agency's."],
  problem_409: ["sudah dilakukan orang lain.", "somebody else did it."],
  problem_413: ["terlalu besar.", "too large."],

  // what is done
  act_acknowledge: ["Terima", "Accept"],
  act_verifying: ["Verifikasi", "Verify"],
  act_field_check: ["Cek lapangan", "Field check"],
  act_in_progress: ["Pengerjaan", "Start work"],
  act_awaiting_validation: ["Menunggu validasi", "Await validation"],
  act_done: ["Selesai", "Done"],
  act_rejected: ["Tidak layak", "Reject"],
  act_reopened: ["Buka kembali", "Reopen"],
  act_ask: ["Tanya pelapor", "Ask the reporter"],
  act_reply: ["Balas pelapor", "Reply to the reporter"],
  act_note: ["Catatan", "Note"],
  act_not_ours: ["Bukan wewenang", "Not ours"],
  act_assign: ["Teruskan", "Assign"],
  did_acknowledge: ["Diterima petugas", "Accepted by an officer"],
  did_verifying: ["Verifikasi", "Verification"],
  did_field_check: ["Cek lapangan", "Field check"],
  did_in_progress: ["Pengerjaan", "Work under way"],
  did_awaiting_validation: ["Menunggu validasi", "Awaiting validation"],
  did_done: ["Selesai", "Done"],
  did_rejected: ["Tidak layak", "Rejected"],
  did_reopened: ["Dibuka kembali", "Reopened"],
  did_ask: ["Pelapor ditanya", "The reporter was asked"],
  did_answer: ["Pelapor menjawab", "The reporter answered"],
  did_reply: ["Balasan kepada pelapor", "Reply to the reporter"],
  did_note: ["Catatan dalam", "Inside note"],
  did_not_ours: ["Bukan wewenang", "Not this agency's"],
  did_assign: ["Diteruskan", "Assigned"],
  did_judge: ["Jawaban dinilai", "An answer was judged"],
  did_identity_opened: ["Identitas pelapor dibuka petugas yang berwenang", "The reporter's identity was opened by an authorised officer"],
  what_to_say: ["Keterangan", "What to say"],
  reason: ["Alasan", "Reason"],
  reason_optional: ["Alasan (boleh kosong)", "Reason (may be empty)"],
  public_words: ["Pelapor dan publik dapat membaca ini.", "The reporter and the public can read this."],
  inside_only: ["Hanya petugas yang dapat membaca ini.", "Only officers can read this."],
  too_short: ["Tulis sedikitnya {n} huruf.", "Write at least {n} letters."],
  too_long: ["Terlalu panjang.", "Too long."],
  choose: ["Pilih …", "Choose …"],
  choose_one: ["Pilih satu dahulu.", "Choose one first."],
  to_whom: ["Wewenang siapa", "Whose it is"],
  search: ["Cari", "Search"],
  nothing_found: ["Tidak ditemukan. Ketik sedikitnya tiga huruf.", "Nothing found. Type at least three letters."],
  why_rejected: ["Mengapa tidak layak", "Why it is rejected"],
  reject_not_authority: ["Bukan wewenang pemerintah provinsi", "Not the province's authority"],
  reject_ineligible: ["Tidak layak", "Ineligible"],
  reject_spam: ["Spam", "Spam"],
  reject_withdrawn: ["Ditarik pelapor", "Withdrawn by the reporter"],
  add_photo: ["Tambah foto", "Add a photo"],
  remove_photo: ["Buang foto", "Remove photo"],
  photo_hint: ["Dikecilkan di ponsel; lokasi dan data kamera dibuang.", "Made smaller on the phone; location and camera data are dropped."],
  photo_unreadable: ["Foto tidak terbaca.", "The photo cannot be read."],
  correct: ["Perbaiki", "Correct"],
  correct_topic: ["Ubah topik", "Change topic"],
  correct_region: ["Ubah wilayah", "Change region"],
  correct_kind: ["Ubah jenis", "Change kind"],
  correct_urgent: ["Ubah kedaruratan", "Change urgency"],
  correct_split: ["Pisahkan laporan", "Split a report off"],
  correct_join: ["Gabungkan dengan laporan lain", "Join with another report"],
  topic: ["Topik", "Topic"],
  region: ["Wilayah", "Region"],
  kind: ["Jenis", "Kind"],
  urgent_question: ["Apakah darurat?", "Is it urgent?"],
  which_report: ["Laporan mana", "Which report"],
  other_code: ["Kode laporan lain", "Code of the other report"],

  // phones
  this_phone: ["Ponsel ini", "This phone"],
  my_phones: ["Ponsel saya", "My phones"],
  more_phones: ["Tambah ponsel", "Add a phone"],
  no_phones: ["Belum ada ponsel terdaftar.", "No phone is enrolled yet."],
  enrol: ["Aktifkan dering di sini", "Ring on this phone"],
  enrol_why: ["Tiket baru dan tenggat akan berdering di ponsel ini, siang dan malam. Setelah ini ponsel akan meminta izin.", "New tickets and deadlines will ring on this phone, day and night. The phone will now ask for permission."],
  phone_added: ["Ponsel terdaftar.", "The phone is enrolled."],
  push_failed: ["Tidak berhasil. Coba lagi.", "It did not work. Try again."],
  permission_denied: ["Pemberitahuan diblokir. Buka pengaturan situs di peramban, lalu izinkan Pemberitahuan.", "Notifications are blocked. Open the site settings of the browser and allow Notifications."],
  no_push_here: ["Peramban ini tidak bisa berdering. Pakai Chrome atau Firefox terbaru, atau aplikasi ntfy.", "This browser cannot ring. Use a current Chrome or Firefox, or the ntfy app."],
  apple_why: ["Di iPhone, dering bekerja setelah dipasang di layar utama:", "On an iPhone, ringing works once this is on the home screen:"],
  apple_share: ["Ketuk Bagikan.", "Tap Share."],
  apple_home: ["Pilih Tambah ke Layar Utama.", "Choose Add to Home Screen."],
  apple_open: ["Buka Kentongan dari layar utama, lalu kembali ke halaman ini.", "Open Kentongan from the home screen and come back to this page."],
  install: ["Pasang sebagai aplikasi", "Install as an app"],
  rings_here: ["Ponsel ini berdering dan sudah teruji.", "This phone rings, and was tested."],
  rings_untested: ["Ponsel ini terdaftar tetapi belum teruji. Kirim uji dan tekan TERIMA.", "This phone is enrolled but untested. Send a test and press ACCEPT."],
  test: ["Kirim uji", "Send a test"],
  test_again: ["Kirim uji lagi", "Send another test"],
  test_running: ["Pemberitahuan uji sedang dikirim: tekan TERIMA begitu muncul.", "A test notice is on its way: press ACCEPT when it appears."],
  test_good: ["Teruji: ponsel ini berdering dan menjawab.", "Tested: this phone rings and answers."],
  test_late: ["Belum ada jawaban. Periksa izin pemberitahuan dan penghemat baterai.", "No answer yet. Check notification permission and battery saver."],
  verified_at: ["teruji {time}", "tested {time}"],
  never_verified: ["belum teruji", "not tested"],
  last_seen: ["terakhir terlihat {time}", "last seen {time}"],
  remove_phone: ["Hapus ponsel", "Remove phone"],
  remove_phone_sure: ["{label} tidak akan berdering lagi.", "{label} will no longer ring."],
  next_phone: ["Kode untuk ponsel berikut", "Code for the next phone"],
  scan_this: ["Pindai dengan kamera ponsel berikut.", "Scan it with the camera of the next phone."],
  qr_alt: ["Kode QR untuk masuk di ponsel berikut", "QR code to log in on the next phone"],
  valid_until: ["Sekali pakai, berlaku sampai {time}", "For one use, valid until {time}"],
  ntfy_add: ["Pakai aplikasi ntfy", "Use the ntfy app"],
  ntfy_title: ["Aplikasi ntfy", "The ntfy app"],
  ntfy_1: ["Pasang ntfy dari F-Droid atau Play Store.", "Install ntfy from F-Droid or the Play Store."],
  ntfy_2: ["Pengaturan: tambah pengguna untuk server di bawah, dengan token sebagai kata sandi dan nama pengguna kosong.", "Settings: add a user for the server below, with the token as the password and an empty user name."],
  ntfy_3: ["Langganan baru: topik di bawah, pilih “pakai server lain”.", "New subscription: the topic below, choose “use another server”."],
  ntfy_4: ["Matikan penghemat baterai untuk ntfy, lalu kirim uji.", "Turn battery optimisation off for ntfy, then send a test."],
  ntfy_server: ["Server", "Server"],
  ntfy_topic: ["Topik", "Topic"],
  ntfy_token: ["Token", "Token"],
  shown_once: ["Token hanya tampil sekali ini.", "The token is shown only this once."],
  dnd_hint: ["Mode Jangan Ganggu membungkam peramban. Izinkan Kentongan di pengaturan ponsel, atau pakai ntfy dengan prioritas tertinggi.", "Do Not Disturb silences the browser. Allow Kentongan in the phone's settings, or use ntfy with the highest priority."],
  leg_webpush: ["Push web", "Web push"],
  leg_ntfy: ["ntfy", "ntfy"],
  leg_sms: ["SMS", "SMS"],
  leg_whatsapp: ["WhatsApp", "WhatsApp"],
  leg_email: ["Surel", "E-mail"],

  // stages, clocks, kinds, channels, notices
  stage_received: ["Diterima", "Received"],
  stage_verifying: ["Verifikasi", "Verification"],
  stage_field_check: ["Cek lapangan", "Field check"],
  stage_in_progress: ["Pengerjaan", "Work under way"],
  stage_awaiting_validation: ["Menunggu validasi", "Awaiting validation"],
  stage_done: ["Selesai", "Done"],
  stage_reopened: ["Dibuka kembali", "Reopened"],
  stage_rejected: ["Tidak layak", "Rejected"],
  clock_triage: ["Triase", "Triage"],
  clock_decision: ["Keputusan meja triase", "Decision of the triage desk"],
  clock_first_response: ["Tanggapan pertama", "First response"],
  clock_citizen_first_response: ["Tanggapan pertama bagi pelapor", "First response to the reporter"],
  clock_progress: ["Kabar kemajuan", "News of progress"],
  clock_resolution: ["Penyelesaian", "Resolution"],
  clock_sp4n_verify: ["Verifikasi SP4N", "SP4N verification"],
  clock_sp4n_follow_up: ["Tindak lanjut SP4N", "SP4N follow-up"],
  clock_close_on_silence: ["Jawaban pelapor", "Answer of the reporter"],
  clock_reopen_window: ["Pembukaan kembali", "Reopening"],
  kind_complaint: ["Keluhan", "Complaint"],
  kind_criticism: ["Kritik", "Criticism"],
  kind_aspiration: ["Aspirasi", "Aspiration"],
  kind_suggestion: ["Saran", "Suggestion"],
  kind_information_request: ["Permintaan informasi", "Information request"],
  kind_not_report: ["Bukan laporan", "Not a report"],
  channel_web: ["Situs web", "Website"],
  channel_app: ["Aplikasi", "App"],
  channel_sms: ["SMS", "SMS"],
  channel_whatsapp: ["WhatsApp", "WhatsApp"],
  channel_phone: ["Telepon", "Telephone"],
  channel_walk_in: ["Loket", "Walk-in"],
  channel_instagram: ["Instagram", "Instagram"],
  channel_facebook: ["Facebook", "Facebook"],
  channel_x: ["X", "X"],
  channel_telegram: ["Telegram", "Telegram"],
  channel_email: ["Surel", "E-mail"],
  channel_relay: ["Penyambung", "Relay"],
  channel_sp4n: ["SP4N-LAPOR!", "SP4N-LAPOR!"],
  channel_other: ["Lainnya", "Other"],
  notice_ticket_opened: ["Tiket baru", "New ticket"],
  notice_warning_50: ["Separuh waktu lewat", "Half of the time is gone"],
  notice_warning_80: ["80 persen waktu lewat", "80 per cent of the time is gone"],
  notice_breach: ["Lewat tenggat", "Past the deadline"],
  notice_escalation: ["Naik ke atasan", "Escalated"],
  notice_incident: ["Banyak laporan, satu kejadian", "Many reports, one incident"],
  notice_urgent: ["Menjadi darurat", "Became urgent"],
  notice_test: ["Uji dering", "Ringing test"],

  // notifications, and what the service worker says
  push_open: ["Buka", "Open"],
  push_accept: ["Terima", "Accept"],
  push_accepted: ["Diterima {time}", "Accepted {time}"],
  push_accepted_before: ["Sudah diterima {time}", "Already accepted {time}"],
  push_noted: ["Terima tercatat, dikirim begitu tersambung", "Acceptance noted, sent as soon as there is a connection"],
  push_stale: ["Tidak berlaku lagi. Buka tiketnya.", "No longer valid. Open the ticket."],
  push_plain: ["Ada pemberitahuan baru. Buka Kentongan.", "There is a new notice. Open Kentongan."],

  // public tracking
  track_title: ["Lacak laporan", "Track a report"],
  track_code: ["Kode laporan", "Code of the report"],
  track_hint: ["Kode ada di balasan yang Anda terima, misalnya JT-7K2M-04QF-9.", "The code is in the reply you got, for instance JT-7K2M-04QF-9."],
  track: ["Lacak", "Track"],
  track_unknown: ["Kode ini tidak dikenal. Periksa lagi huruf dan angkanya.", "This code is not known. Check its letters and digits."],
  track_often: ["Terlalu sering. Coba lagi sebentar.", "Too often. Try again in a moment."],
  track_with: ["Ditangani {agency}", "Handled by {agency}"],
  track_steps: ["Tahap", "Stages"],
  track_intro: ["Ketik kode laporan untuk melihat sampai di mana penanganannya.", "Type the code of a report to see how far it is."],
  to_officers: ["Masuk untuk petugas", "Log-in for officers"],
  step_received: ["Diterima", "Received"],
  step_checked: ["Diperiksa", "Checked"],
  step_worked: ["Dikerjakan", "Worked on"],
  step_done: ["Selesai", "Done"],

  // units of time
  day: ["{n} hari", "{n} d"],
  hour: ["{n} jam", "{n} h"],
  minute: ["{n} mnt", "{n} min"],
  late_by: ["terlambat {time}", "{time} late"],
};
const WIB_MS = 7 * 3600e3;
const MONTHS = [["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
  ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]];
const DAYS = [["Min", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab"], ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]];
const CHANNELS = ["", "web", "app", "sms", "whatsapp", "phone", "walk_in", "instagram", "facebook", "x", "telegram", "email", "relay", "sp4n", "other"];
const NOTICES = ["", "ticket_opened", "", "warning_50", "warning_80", "breach", "incident", "urgent", "escalation", "test"];

let at = 0; // column of WORDS

export const language = () => (at === 0 ? "id" : "en");
export function languageUse(name) {
  at = name === "en" ? 1 : 0;
}
export function languageLoad() {
  languageUse(localStorage.getItem("language") ?? "id");
}

// Also where the service worker finds it.
export async function languageSet(name) {
  languageUse(name);
  localStorage.setItem("language", name);
  const store = await import("./store.js");
  await store.put("kept", name, "language");
}

// say("left_for", {clock: ".."}): the words of a key, with {names} filled in.
export function say(key, values = {}) {
  const pair = WORDS[key];
  return pair === undefined ? key : pair[at].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// What the server names and this version has no word for is shown as the server wrote it.
const named = (prefix, name) => (`${prefix}_${name}` in WORDS ? say(`${prefix}_${name}`) : String(name ?? ""));
export const stageName = (stage) => named("stage", stage);
export const actVerb = (act) => named("act", act);
export const actLabel = (act) => named("did", act);
export const clockName = (clock) => named("clock", clock);
export const kindName = (kind) => named("kind", kind);
export const severity = (name) => named("sev", name);
export const legName = (leg) => named("leg", leg);
export const turnEnd = (because) => named("because", String(because ?? "").replaceAll(" ", "_")).replaceAll("_", " ");
export const agencyRole = (role) => (role ? named("role", role) : "");
export const channelName = (channel) => named("channel", typeof channel === "number" ? CHANNELS[channel] : String(channel ?? "").toLowerCase().replace(/^channel_/, ""));
export const noticeName = (kind) => named("notice", typeof kind === "number" ? NOTICES[kind] : kind);

const two = (number) => String(number).padStart(2, "0");

// "13.58 WIB", as written in Indonesia; "13:58 WIB" in English.
export function clockOf(ms) {
  const local = new Date(ms + WIB_MS);
  return `${two(local.getUTCHours())}${at === 0 ? "." : ":"}${two(local.getUTCMinutes())} WIB`;
}

// "Sen 23 Nov 12.00 WIB", with the year when it is not this one.
export function dateTime(ms) {
  const local = new Date(ms + WIB_MS);
  const year = local.getUTCFullYear();
  return `${DAYS[at][local.getUTCDay()]} ${local.getUTCDate()} ${MONTHS[at][local.getUTCMonth()]}${year === new Date(Date.now() + WIB_MS).getUTCFullYear() ? "" : ` ${year}`} ${clockOf(ms)}`;
}

// What the ring does next, and when.
export function rises(whom, ms) {
  return say(`rises_${whom ?? "same"}`, { time: duration(Math.max(0, ms)) });
}

// Below an hour "12:04"; then the two largest units.  exact: hours, minutes and seconds up to two days.
export function duration(ms, exact = false) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (seconds < 3600) return `${minutes}:${two(seconds % 60)}`;
  if (exact && days < 2) return `${hours + 24 * days}:${two(minutes)}:${two(seconds % 60)}`;
  if (days > 0) return [say("day", { n: days }), hours > 0 && say("hour", { n: hours })].filter(Boolean).join(" ");
  return [say("hour", { n: hours }), minutes > 0 && say("minute", { n: minutes })].filter(Boolean).join(" ");
}

// Of a due time: what is left, or how late it is; exact: beside words that say which.
export function left(dueMs, nowMs, exact = false) {
  const time = duration(Math.abs(dueMs - nowMs), exact);
  return dueMs > nowMs || exact ? time : say("late_by", { time });
}
