// vocabulary_words.c - the ordinary words of reports.
//
// One word for each stem, from reports that were written for this project and from open word lists (PanLex,
// CC0; stif-indonesia, MIT), and some more by hand.  Words that name streets, markets and people are left out
// although they are dictionary words: mawar, merdeka, legi.
#include "vocabulary.h"

// clang-format off
static const char *const common[] = {
    "abis acara adakah adik adil adoh adu agen ageng ahli air ajukan akta aktif alamat alas alat alit"
    " alun aman amargi ambil ana anak ancam anggar anggota angin angka angkat angkut antre api aplikasi"
    " arah arto asli asn aspal atap atas atur awas ayam baca baiklah bakar bakul balai balas balik bambu"
    " bangun banjir bank bantu barang baru batal batas bau bawa bawah bayar bayi bebas beda bekas beli"
    " belum ben bendung bengi bensin berani beras berat berhenti berkas bersedia beserta besi beton biar"
    " biasa biaya bicara bikin bilang bingung bisa blokir bocor bolak bongkar bor bpbd bpjs buang buatan"
    " buka bukti buku buruh bus busuk butuh cabang cair camat cara cari catat cedak cek cepat coba cuka"
    " curian dadi daerah daftar dagang dalan damkar dana dapat dapur darah dasar data datang dawa denda"
    " depan desa diam diantar dibagi diberi dicabut dicek didampingi difabel digawa dijamin dikasih"
    " dikembalikan dilatih dina diperiksa dipun dirimu dishub ditempel ditulis diurus dokter dokumen dua"
    " dudu duduk dusun empat enam entek ewu foto gabah gadhah gagal gaji gali gang ganti gara gas gawe"
    " gedung gelap gempa gratis grup gub gudang gunung guru hajatan hak halaman hampir hapus harap hasil"
    " hidup hijau hilang hitung honor honorer hubungan hukum hutan ijazah ikan info ingkang isi iso"
    " istri iuran izin jabatan jadian jadwal jaga jalur jam janji jarak jare jarene jaring jatah jateng"
    " jatuh jawab jere jero jual juta kabar kabeh kabel kabupaten kaca kades kaki kalah kali kamar"
    " kampung kandang kantor kapal kartu karyawan kas kawasan kayu kejelasan kelas keliling kelompok"
    " keluarga kemarau kembali kena kendaraan kepala kereta kering kertas kilo kios kirim kiye kolam kon"
    " kontrak kontraktor koperasi korban kos kosong kota kreteg ktp kuat kunci kuning kuota kurang kursi"
    " lahan lahir lalu lama lampu lan langganan langsung lansia lantai lapangan lapor lara larang lari"
    " layanan lebar lelet lempar lengkap lepas lereng lha liar liat libur licin lima limbah lindung"
    " lintas listrik liwat lokasi loket longsor luar lubang lulus lunas lurah macet mahal main makan"
    " malam masjid masuk mata mati mbg mbok mburi menahu menerima mengelola meninggal menit menolak"
    " menumpang menunggu menutup merah mesin mesti meter metu miliar milik minimal minta minum miskin"
    " mlaku mlebu mobil modal motor muat muda mung murah murid mushola musim muter naik nama namung"
    " nanging nangis negara negeri nelayan nganggo nganti nggo nikah nilai ning nol nomor nunggu nya"
    " obat ojo oknum omah ongkos online operasi operator ora orang pabrik padam padha padi pajak pakai"
    " paket paksa palsu panas panen panggil panitia papan parkir pas pasang pasar pasien pasir pbb pdam"
    " pecah pelaku pemda pemilik pemprov pengin pensiun penuh persen petani pilih pindah ping pinggir"
    " pinjam pintu pipa plat pln pns polisi polsek pompa pos potong program prosedur proses provinsi"
    " proyek pulang puluh pupuk pusat puskesmas putih putus rahasia rakyat rambu rapat ratus rawat razia"
    " rego rekam rekening resik resmi retak ribu roboh roda rokok rong ruang rugi rusak saged sak salah"
    " saluran sapi saran satpam satpol satu sawah sayur sebelah seberang sebulan sehari sehat seko"
    " selesai seminggu semoga sendiri sepi sepuh seragam serah sering sertifikat setahun setor sewa"
    " sidang siji simpan sinau sing sisa sistem siswa sma smk smp solar sopir spbu status suami suara"
    " subsidi subuh sumur surat suruh susah swasta syarat tabung tagih tahan tahu takut taman tambah",
    "tambang tanah tanam tanda tangan tangga tanggal tanggung tanpa tarif tarik tau tegur telepon"
    " telpon teman tembok tempat temuan tenaga tengah terang terminal ternak tiang tidur tiga tim"
    " timbang tinggal tinggi titik toko tol tolak tonggo total trotoar truk tua tugas tukang tuku tunggu"
    " turun tutup ubah udan uji ukur ulang umkm umum umur undang untung upah urip usaha usul utang uwuh"
    " waduk wae wajib warga waris warung wedus wilayah wisata wit wulan",
    NULL,
};

static const char *const ordinary[] = {
    "aajaiban aamiin abad abaikan abakuk abal abang abate abdomen abilonia abiulakhir abiulawal abjad"
    " abk aboh abon abortus abot abrasi abrit absen absensi abtu abu abudayan abuh abuk acak access"
    " account accurate acific acuh adagaskar adan adat add address adek adem adha adhi adhoh adhura"
    " adinah adipura adol aduh aduk adura adus adzan aegyo aeroe aesar afar afirmasi agai again agama"
    " agami agensi agestan agna agreb agunan agung agustus ahasa ahkamah ahomei ahta ahudi ahum ahyu"
    " aicos aimaman aint aire airlangga airo airplane aiti aiwan ajab ajak ajang ajeng ajikistan ajirih"
    " ajirnya ajrih akad akal akar akdamulud akemake aken akharia akhirat akhta aki akibat akim akistan"
    " akkadia akobus akreditasi aksara akses akti aktivasi aktivitas akun akurat akut akyat aladewa alah"
    " alami alamin alanda alang alap alarm alate alatia alawi alaysia albania aldives aleakhi aledonia"
    " alergi alesan alesane alfa alfab alfabet alfamart alhamdulillah alias alib alicarnassus alien alih"
    " alimantan aliningrad alir alis aliterasi alkana alkuna allah allis almarhum almari alokasi alot"
    " alpukat alsintan alta alternatif altik aluminium aluminum alumunium alur amadan amadhan amaika"
    " amal amarah amarga amargo amati amba ambang ambassador ambegan ambetipun ambigu ambles amboja"
    " ambrol ambulans amburadul ambut amdal amerun amibia amil amin amino amis ammy amoa ampas amplop"
    " ampuh ampun amudra amuel amuk amuntai amupuh amus anada anake anakh analyst anama anarkisme anau"
    " anberra anbk ancer ancok ancol ancuk andap andesit andhung andi android andromax andung aneh"
    " anestesi angan anganyika angel angentasan anget angeul angga anggep angger anggone anggur angkara"
    " angker angkot angkringan angladesh angsa angsal angsana angskreta angsuran angtze ania aniel anion"
    " anjang anjeng anji anjie anjlok anjung anka anonim another ansekerta ansekreta anskerta antena"
    " anti antibodi antiga antimon antioksidan antraks antung anuari anuatu anus anyar anyep anyumas"
    " anzania aorta apar aparat aparatur apartemen apbd apbdes apek apendiks apernaum apiamento apik"
    " apit apk aplikasine apology apotek applications applikasi appraisal apps apricornus aprikornus"
    " april apua apuloan apung apuy arab aragon araguay araknya araneo arang arbados ardika ardinia area"
    " arena arepan aret argh ariana aribia arino aris arit arkus armada aroe aroko arsenik arshall arsip"
    " arsit arsitektur art arta artanipun arteri artesis arti artinique artis artos arus arya asak"
    " asalan asam asambat asap asat asbes asem asep aset asetat asetil asetilena asi asifik asih asin"
    " asing askah askariasis asma asmur aspia aspirasi asrama asrani asrep asri asring asta asteroid"
    " asto astrologi astronomi asu asuh asul asuransi asuransine asyik asyimiyah atahari atal atar atasi"
    " atcs ateisme atensi atep ati atik atium atius atlas atlet atm atolik atom atos atowice atribut"
    " atulik atulistiwa atung aturane aturanipun aturnus atus audi audiensi audit auditor aufa aukasus"
    " aula aulus aumea aura aurat auritania auritius auru aurus aus ausoleum ausolus australia autan"
    " autis auto autocopy autopay autp avajo awan awang awarikh away awkarin awon awrat awruh ayah"
    " ayahanda ayang ayatollah ayatullah ayern ayman ayolah ayunan azirah azmur baba babar babi babinsa"
    " bacok bacokan bacot badai badan badhak badut bae bagean bagus bahagia bahan bahasa bahaya bahu"
    " baja bajak bajingan baju bajul bak bakau bakdamulud bake bakmi baknya bakso bakti bakule bal balan",
    "balang balap baliho balita balon balu balung ban bancakan bandang bandara bandarkedungmulyo"
    " bandarnya bandeng banding bandit bandwidth bang bangga bangjo bangkai bangkrut bangku bangsal"
    " bangsalari bangsat bangunaken bani banjur bankeu banking bansos bantaran bantargebang banter"
    " banting banyakin banyumasan bapa bapakku bapas bapenda bappeda bapuk bar barak barangsiapa barat"
    " barcode bareng baring baris barrier barusan basa basah basarnas basecamp basi bata batangnya",
    "baterai bathang bathik bathuk batik batin batok batt batuan batubara batuk bausastra baut bawaslu"
    " bawuk baya bayam bayangan bayek bayu baznas bbesinia bbm bbws bday bea beasiswa bebal beban bebek"
    " becak becek becus bedah bedebah bedhah bedhil begadang begal bego bekal bekelnya beking bekta bel"
    " belah belaka belalang belanda belantara belas belatung belerang beliau belimbing beliung bella"
    " belok belut benang bencana bendahara bendera beneran benfer bengawan benget bengkak bengkel"
    " bengkok benih bening benja benten benteng benter bentrok bentuk beol ber beracun berak berantakan"
    " berasa berbari berbenah berbuih berbuku bercanda berderet berderik berdomisili berduka berebut"
    " berena berenang berencana beres berguna berhak beribadat berinisiatif berita berjam berjejaring"
    " berjejer berjenjang berkala berkedok berkeliaran berkenan berkerumun berlaku berlebih berlimpah"
    " bermasalah bermaterai bermeditasi bernanah berpartisipasi berpengaruh bersalah bersamaan"
    " bersaudara bersembunyi berserakan bersihkan bersikap bersinar bersubsidi berteduh bertemu"
    " bertengkar bertentangan bertepuk bertingkah bertiup berudu berulah berwenang best besuk betah"
    " betik betina betulkan bias biasane bibi bibir bibit bidan bidang biji bilisi billingnya bimbingan"
    " bimtek binaan binatang bingit bini binokular binta bintara bintaro biogas biokimia biologi"
    " bioluminesen biosfer bioskop biosolar biro birokrasi biru bis bising bisinia biskuit bismillah"
    " bismillahirrahmanirrahim bisnis bisyaroh biyen bkd bkk bkpsdm bksda blabag blabla blacklist blah"
    " blangko blankspot blantik blas blasting bledug bleduk bleng blk block blok blong blonjo blt blud"
    " blue bluebird bmkg bnn bnnk bobot bobrok bodho bodo bodoh bodong bohlam bohong bohrium boikot bojo"
    " bojone bokong boks bola bolos bonstri bonus booking booth bop boraks boron borong boros bos bosan"
    " bosnia bosnya boso bot botak botani botol bowo box boyz bpd bphtb bpkad bpkb bpn bpnt bpom bpr bps"
    " bpsdm bpsk braham brahamik braille brambang brand brayat brengos brengsek bri brian brida brigade"
    " brilink brimo brintik brizi broiler bromin brong bronjong brosur browser browsing brt bruari bsia"
    " bsps bts btsxlazada buah buaya bubar bubur bubut budaya budeg budhal budi budjana buffer buffering"
    " bugis bujur bukak bukalapak bukamartnya bukit bukune bulanan bulat bule bulek bully bullying bulog"
    " bumbung bumd bumdes bumi bumn buncit bunda bundaran bunder bundling bunga bungkus bunglon bungsu"
    " bungur buntut bunuh bunyi buram buruk burung busa buta buthak butir butut bwat cabai cabdin cabe"
    " cabo cabor cacar cacat cache caci cacing cadangan cagar cah cahaya cahya caket cakra caleg call"
    " calo calon calone camilan campak campur cancel candra canggung cangkem cangkir cangkul cantik"
    " cantrang cap capek caping capung car carane caranipun card care carik carita case cash cashback"
    " cashless cashnya cashout casula cat catnya ccra cctv cdma cedda cedera cedhek cegah cekap cekatan"
    " cekungan celana celeng cell cello celup celurit celurut cemara cemas cembung ceme cempedak cendh"
    " cendhek cengkareng cengkerik centang center cepeng cerahkan cerai ceramah cerdikiawan cerita"
    " cermin cerobong cetak cetha cethek cetit cetitet cewek cfd charge charger chat chatime chatnya"
    " chattime chatting check checklist checkout chip cibinong cibiru cibubur cicilan cikupa cilandak"
    " ciloknya cimb cina cinere cingkir cinta cipta ciputra ciri cita citibank city cium ciyut cleaning",
    "clear close cnc coblos cocok cocot cod code coding cofee coklat cokor cokot cold collect collector"
    " colok colokan comberan combine combo coming commerce commuterline commuting completionnya condong"
    " cone confirm congek connection contact continue contoh contraflow cooker cool copet copot copy cor"
    " coret coretax coro corporate counter courier court covid cowok cpns credit cross crush crusher"
    " csnya csr ctobre cuaca cuci cucu cuek cuitan cukimai curah curam curang curanmor curhat curiga",
    "curug customer cuti cvvnya dada dados dadu daftare dagi daging dagu dahak dahar dahat dahi daily"
    " daksa daku dalang dalem dalih dalu damage damai damel damnit dampak danau dandan dang dangdut"
    " dangkal daniel danramil dansa dapodik darat daritadi darurat dasa dashboard database datane"
    " dataran date dateng daun dawah day dbd dbhcht ddis deadline deal dealer dear debat debit debt debu"
    " deg degan deket delapan delegasi deleng delivered delivery delman demam demo demokrasi denah"
    " dendane denganmu dengar dening denis denpom deoksiribonu deposit deposito depot dept deras derek"
    " deres dermaga dermatologi dermawan desain desane desember desibel desil desk destinasinya detail"
    " detak deteksi detik detil developer device dewa dewan dewanto dewasa dewata dewe dewek deweke deww"
    " dhadha dhadhung dhah dhahar dharma dhateng dhawah dhengkul dhewe dhewek dheweke dhialek dhisik"
    " dhoyong dhuren dhuwur dhuwure diabetes diakui diakumulasikan dialek dialog diameter diamkan"
    " diamput dianaktirikan diandalkan dianggap diapa diare diawasi dibabat dibalekke dibatasi dibekukan"
    " dibenarkan dibenerin dibentak diberitahu dibiarin dibobol diburu dicap dicat dicatut dicegat"
    " dicekel dicekik dicekin dicor didaftarke didahului didebet didelok didhawuhi didol diduga diedit"
    " dienggo diesel digarap digatekke digawekke digawekna digebugi digebuki digelar digelontor digembok"
    " digerebek digilas digital digrebek digubris digusur dihantam diinjak diintimidasi dijak dijarah"
    " dijorna dijupuk dikarang dikelola dikeluarkan dikemas dikembangkan dikendalikan dikeroyok dikeruk"
    " diklat diklik dikon dikucilkan dikuras dilan dilaporke dilewati diluncurkan dimas dimediasi"
    " dimetrodon dimohon dinafkahi dinding dinggo dingin dini dinikmati diniyah dinkes dino dinosaurus"
    " dinsos dint dinten diobrak dioksida diolah diomelin dioper dioplos dipagari dipajang dipaku"
    " dipangkas diparani dipateni dipecat dipeksa dipemesanan dipencet dipenjara diperas diperbanyak"
    " dipercaya dipercepat diperkuat diperluas dipermudah diperpanjang dipersulit dipick dipingpong"
    " dipost dipukul dipundhut dipungut dira dirantai direct diredam direktorat direktur diremitansi"
    " diresmike diretur dirubah dirujuk disaat disabilitas disana disangga disekap disekitar disekitaran"
    " disentak disentuh diserahterimakan diserobot disesuaikan disetel disik disiksa disiplin disitu"
    " diskominfo diskon diskors diskriminasi disnaker dispensasi disperindag dispora distop distributor"
    " disulut disuspend ditabrak ditaksir ditaleni ditampar ditampung ditandatangani ditandu"
    " ditangguhkan ditaruh ditawarin diteleponn ditelusuri ditendang ditentukan diterapkan diterima"
    " diterjang ditertibke diteruskan dites ditetapkan ditindak ditrack dituduh ditulungi ditunda"
    " diumumke diunduh diundur diusut djp dlh dlm dlsb dluwang dmnya doa doang dobel dodol dogos dolan"
    " dolar domba domino domisili dompet donasi dondom dongeng donk door dormant dorong dosa dosen down"
    " downgrade download dpmptsp dpu drainase drakor drama dramaga drastis drh driji driver drop"
    " dropping drum drumband dtks dtsen duapuluh dubur duda dugi dukcapil dukuh dukun dukur dulinan"
    " duluan dumber dump dumugi dungu dunia durasi duso duwe duweke duwit duwur dynia dzulhijjah"
    " dzulkaidah eadilan eajaiban eanne ebanon ebaran ebasan ebian ebruari eceran echo edan edar edc"
    " ederal ederasi edinah editerania edua eduh edukasi edunia efanya efek efektivitas efisiensi egara",
    "egeri ehemia ehezkiel eijing einsteinium eipzig ejadian ejakulasi ejeb ekah ekel ekologi ekong"
    " ekonomi ekor ekristenan eks eksekusi eksiko eksoplanet ekspedisi ekspor ekspres ekspresinya"
    " ekstrem elanda elar elarus elat elayu elek elektrik elektronik elena elf elgia elik eling elit"
    " elize ella elpiji eluaran eluh eluk emaat email emak eman emang emas ember embrio embuh embun"
    " embung emenanjung emini emis emokratik emokratis emoney empedu emper empyak emuwah enaisans enak",
    "enara enceng encerahan endapan endek endhas endhidhikan endhog endi endidikan endika endok endorse"
    " enediktus enegal enem enezuela engadilan engagement engah engetahuan enggala enggan enggara enghis"
    " engkau engkhotbah enin enjing enmark enom enova ensiklopedhi ensiklopedia entertainment entot enus"
    " enya enzim eone epadhang epak epal epidemiologi eptember eptunus epublik epulauan erah erajaan"
    " erancis erang erbia erbium ercusuar erdagangan erde erdeka ereja eremia eres eress erhimpunan"
    " erjanjian erkurius erlin erman ermuda eror erot error ersekutuan ersemakmuran erserikatan ersia"
    " ertahanan ertama ertengahan erti ertos erunggu erupsi erusalem esalonika esar esaya esdm esehatan"
    " esember esih esir esjid eskalator eskavator esok esotho estapo estimasi estri esuk esuke esus"
    " etalase etanoat ethara etherlands etiga etle etrus etun eugenetika eugenika eunion evakuasi"
    " evaluasi event everyday evolusi ews exico exit exp expired express extra eyang eychelles facebook"
    " faedahnya fair fajar fakir faktur falak falsafah famili family faring fariz farmasi fase fasilitas"
    " fasilitasi fasilitator faskes fasum favorit februari feodalisme festival fesus fganistan"
    " fghanistan fiber fiesta fikir fiktif filogeni filologi filsafat filter final finansial fingerprint"
    " fisik fisika fisiologi fit fitness fitur fjmh fkub flash flazz flexi flu fluorin fly fogging foie"
    " fokus follow followers fonologi food fore form formalin formalitas formasi formasinipun formatnya"
    " formula formulir forum forward fosfat fosfor fosforus fotografi fotokopi fotokopian fotone found"
    " free freedata freedom freezer frey frika fromis frustasi full fully fungsi fungsional futsal fwd"
    " gabung gadai gadung gaes gagap gagian gajih galah galak galaksi galbay galeri galon gama gambar"
    " gambirono gamelan gami gampang gamping gancaran ganda gandarukem gandeng gandh ganggu gangsal"
    " gangsingan ganja ganjil ganteng gantos gantung gapoktan gaptek gapuk gapura garam garansi garasi"
    " gardu gari garing garis garmen garwa garwo gasing gatal gatel gateway gawang gaway gawuk gazebo"
    " geblek gedang gedhang gedhek gedhi gedum geger geguritan gejala gelandangan gelas geledek"
    " gelombang gelondong gelonggongan gelut gembala gembel gembira gemuk genangan genap gend gendheng"
    " gendong gendul generasi genetika geng genggam genit genjik genosid genosida genset genteng genting"
    " geografi geolistrik geologi geomorfologi gepyok gerah gerai gerak gerbang gerbong gereja gerem"
    " gergaji gerhana gerimis gerobak gersang gesek gesekan geser getah getar geteh getih getun gift"
    " giga gigi gigit gila gilir giok gir girang giro gitaris giveaway gizi gizine glali global gludhuk"
    " gludug glukosa goblog gocar godrone gofood gogrok gojek gold golet golongan golput gomassage"
    " gondala gondho gondok gondorukem gonta good google gopay gor goreng goresan goride gorong gosong"
    " gotong goyah goyang gps grab grabbike grabdrone grabfood grabid grabnya grabwae grabwheels grade"
    " grahana grana grapari gras gratifikasi gravitasi greja grimis griyo grojogan grounding gtk guap"
    " gubuk gugat gugur gugut guiding gula gulali guling gulita gulu gulung gundala gundukan gundul gung"
    " gurih guruh gurun gustus guwa guys guyu guyub habalang haban habitat hack hadiah hadir hafal"
    " hafnium haha hahaha hahahaha haji hakim halal halan halangan halilintar halimun hallo halobca"
    " halte halus halusinasi hama hambanya hambar hamil hana hancur handphone hang hangat hangin hangus",
    "hantu hanyut hapal hapit happening happy haram harian harimau harkiv haros hartoum haruskah"
    " harvester hasanah hasile hassium hatan hati hatulistiwa hatur haus have hawal heavy hebat hehe"
    " hehehe hektar helium helm helmnya help helpdesk helyabinsk hemat hepatitis heran herbal herder het"
    " hewan hgu hias hibah hiburan hidrogen hidrokarbon hidroksida hidu hidung hifa high hijo hili hina"
    " history hitam hitu hiyu hki hoaks hoax hobi hodes hold holmium holografi homas home homestay honda",
    "hongkong hore horeg hormat hotel hotline hours house hpnya hpp hrd http huhuhu hulunya humanisme"
    " hume humor huni huntap huntu hurikan hurip huruf hutang hwang hwap hyang hydrant iala ialek ibadah"
    " ibanon iber ibhu ibouti ibraltar ibrani icenza icolaus icu identitas idep idul idung iechtenstein"
    " iedersachsen ierra iesbaden ietnam iffel iflix igd iger igris iguria ihat iii ijasah ijem ijo"
    " ijrah ijroh ikaragua ikat ikha ikhlas iking iklan ikon ikronesia iktionary iku ikuti ilan ilat"
    " ilegal ilemon ilipi ilipina ilmu imam imb imbabwe imbang imbas imbauan imei imessage imigrasi"
    " iming imotius impi impor imunisasi imur imut inap inbox incaran incent incoln indah indeks inden"
    " independen indhoek india indikatif indikator indira indium indomaret indomie indon indonesia"
    " indosat induk industri inex inflasi informasi informatika infus ingapura ingatkan inggris inisial"
    " injil inklusi inkubator inlandia inovasi input insentif inspeksi inspektorat instagram instalasi"
    " install instan instant institusi instruktur integritas interaksi interetnya internet inti inum"
    " investasi investor invoice iodin iodine iongkok ipa ipal iphone ippocrates ippokrates ipsk iramida"
    " ired ireng irenze irgin irgo iribati iridium irigasi iris irit ironis irung isa isah isap isbat"
    " iseng isep isilia isin isine isme isne isnu isor issau isteri istigfar istirahat istula isuk isya"
    " isyarat itab itam itcairn item iterbium itri itrium ituania itupun itus iwah izine jabodetabek"
    " jadul jagad jagonya jagung jahat jahe jahit jajan jaket jaksa jakulasi jaler jalu jaluk jamaah"
    " jaman jamban jambenenggang jambret jampeng jamsostek jamu jamur jan jancok janda janggut jangka"
    " jangkauan jangkrik janjinipun jantan jantung januar jaran jarang jarawang jari jarik jaringanya"
    " jas jasa jatahe jawabe jdih jebakan jeblug jebol jebul jebule jelaga jelek jembar jempol jemput"
    " jemuran jemuwah jenazah jendela jendelo jenderal jendh jene jeneng jenenge jenis jenius jentik"
    " jenuh jepang jera jerapah jerigen jeriken jerman jernih jeru jeruji jht jibouti jie jihad jireh"
    " jisim jitu jiwa jkk jkn jmo job jodoh jogging jogjakarta jomblo jorok jpo juara judi judo judol"
    " judul jugglenaut jujur jukir juknis juli jumadil jumadilawal jumat jumbo jumene jumeneng jumjumah"
    " jumlah junction juni junior juragan jurnal juru jurusan jutek kabare kabele kabin kabur kabut"
    " kacamata kacang kacau kacepetan kacoa kadal kadaluwarsa kadang kadar kademen kader kadese kadhal"
    " kados kadurjanan kadus kafe kafein kafeina kagem kaget kah kahanan kai kain kajaba kaje kajeng"
    " kaji kakak kakap kakehan kakek kakung kalajengking kalalu kalap kalawan kalenan kalender kalendher"
    " kaleng kalibata kalium kalong kalsium kaltim kalung kamangka kambuh kamera kamis kampanye kampret"
    " kampus kamus kana kanal kanca kancane kand kanda kandas kandel kandhang kandinavia kandung kang"
    " kangen kangmas kanguru kanjut kanker kanopi kanthi kantin kantong kantun kantung kanwil kaos"
    " kapadhetan kapale kapasitas kaping kapolda kapsul kapuloan kapur kapusan kara karaoke karatan"
    " karawaci karbon karcis karcise kardiologi kardus karepe karesidenan karet kari karnaval karpet"
    " karton kartune karuan karung karya karyawati kasar kaserat kasir kasn kaso kasur kasus katai katak"
    " katalan katalog katana katarak katedral kategori katelu katering kates kation katon katrangan"
    " katresnan katro katulistiwa katur katut kaum kavling kawan kawat kawenan kawi kawigatosan kawin",
    "kawit kawolu kawula kawulo kayune kbli kbps kbri kdrt keasikan kebab kebak kebal kebalen"
    " kebanyakan kebelet keberapa keberpihakan kebijakan kebijaksanaan kebo kebon kebonpedes kebun"
    " keburu kecanthol kecebong kecebur kecelakaan kecewa kecoa kecoak kecuali kecut kedah kedamaian"
    " kedelai kedhokteran kedinasan kedip keduman kegairahan kegendutan kegiatan kejang kejar kejebak"
    " kejedot kejepit keju kejut kejutannya kekeluargaan kelapa kelawar kelek kelelawar kelingan keliru",
    "kelontong kelopo keluarkan keluh keluhan keluk keluyuran kema kemana kemangga kemasan kemba"
    " kembalikan kembar kemenag kemenkumham kementan kementerian kemerdekaan kemis kemmarin kempes"
    " kemudu kemul ken kenal kenalan kencan kencana kencang kendala kendor kenek kenging kengken kentang"
    " kentaur kenterasan kentir kenyang keong keparat kepastian kepemimpinan kependudukan kepentingan"
    " kepinding kepiting kepleset kepo keponakan kepripun kepriye keprok kepsek kera keramba keramik"
    " kerang keras keren kerendem keri kerikil keripik keris keriting kerjaan kerjane kerjasama keropos"
    " kertu keruh kerupuk kesa kesah kesal kesamber kesandhung kesasar kesbangpol kesed kesejahteraan"
    " kesel kesempatan keseret kesra kesusasteraa ket ketampa ketek ketemu ketenagakerjaan keterampilan"
    " kethok ketiak ketiban ketigo ketik ketok kettek kewan khas khat khatulistiwa khawatir khitan"
    " khotbah khutbah khutha kia kiat kick kidul kijang kilat kilen kilogram kilom kilometer kimcil"
    " kimia kinerja kiose kip kipas kiper kir kirang kiri kis kisah kitab kitha kiwa kiwo kiyat kkn kks"
    " klaim klak klakson klambi klapa klarifikasi klasik kleat klenteng klep klik klikbca klikpay klinik"
    " klor klorin kloset kloter kls klub kluthuk kluwarga knalpot knologi knya kobalt kodam kode kodhok"
    " kodim kodok kolaborasi koleksi kolektif kolektor kologi kolom kolon kolonel kombo komen komentar"
    " komet kominfo komisi komite komitmen kompak kompensasi kompeten kompetensi kompetisi kompetitor"
    " kompi komplain komplek kompleks komplit kompor komunal komunikasi komunitas komuter kondangan"
    " kondisi koneksi konfirmasi konflik koni konkrit kono konomi konseling konsep konser konservasi"
    " konstruksinya konsultan konsultasi konsumen konsumsi kontainer kontak konten konter konthol"
    " kontingen kontol kontrakan kontribusi kontrol konvoi koordinasi koordinat koordinator kopdes koper"
    " kopi kopir koplo koramil koran korea koridor korma korupsi kosan kosipa kosmetik kosmos kost kotak"
    " kotbah kothak kotlandia kotor kowe koyo kpk kpp kpps kpr kpu kraina krama krambil kran kreatif"
    " kredit kremi krenova kresek krim krimnya kripik krisis kristen kritis kriyo kroasia kromosom"
    " kropos kruk krungu ksiko ktober ktur kua kuaci kualitas kuasa kubah kubangan kubik kuburan kucing"
    " kud kuda kuesioner kuis kuitansi kukang kukira kuku kukur kukus kulawarga kuli kuliah kuliner"
    " kulit kulkas kumat kumbang kumis kumpul kumuh kunarpa kuni kunjung kuno kuotane kupi kuping kupon"
    " kur kura kurban kurikulum kurir kurma kurs kursus kurus kusen kusta kusuka kutbah kutha kutho kutu"
    " kuwat kuwe kwh kwitansi kyuhyun lab laba label laboratorium lacak ladang lading laga lagu lainan"
    " lajang lajeng lajur laki laksamana laktasi laku lalang lalat lalaw laler lali lalin laman lamaran"
    " lambu lambung lampah lampirkan lana lanang lancar landhak langan langau langgar langhuy langit"
    " langka langkung lanjuti lapak lapan lapar lapas lapisan laporgub laptop lapuk laring laron las"
    " latar latin lato latsar laundry lautan lawa lawan lawange lawrensium layak layang layar layon layu"
    " lazada lazadian lazeres lbania lbrus ldran leader leasing lebam lebet lecet ledakan left legal"
    " legalisir legalitasnya legend legenda leher lekas lelah lelaki lelang lele leluhur lem lemah"
    " lemahe lemak lemari lemas lembab lembaga lembar lembek lembur lemes lempung lemu lemut lenga"
    " lengah lengan lengen lenggah lengkeng lengket lengo lentik lenyap leopatra lepat leptospirosis",
    "leren leres les lestari lesu lesus letaknya letha letkol letnan letter leukemia lexander lexandria"
    " lgia liang libatkan lidah lift liga light like lilin limang limau limited limpa limpiade lindi"
    " lingkar lingkungan linglung linguistik linier link linkaja linknya linko linmas linta lintang"
    " linting lipat lippo lisan lisosom lisus lite liter literasi literatur litium live liya liyane"
    " ljazair ljir lkitab lks llah lmdh loading lodeh logat logikanya login logisnya logistik logo",
    "logout lokal loker lola lolos loman lomba lompat loncat lonceng longgar longguh lonte lonth loop"
    " lor loro lorong los loss lost loteng love lovenia lowongan lpdb lpg lpj lpk lsd lsm luas lucu"
    " ludah ludes luka lumayan lumba lumbung lumpuh lumpur lumut lunak lunasi lunga lungguh luntur lupa"
    " lurus lusa luto lutut luwih lyan lympia mabuk mabur maca macan madidihang madin madrasah mafia"
    " magang maghrib magic magnesium magnet magnetik magrib mahasiswa mahasiswi mahoni mail maintenance"
    " majelis majikan maju makam make makelar makeupnya makhluk maki maklum maknae makromolekul maksa"
    " maksimal maksud mal mala malaikat malak malaria malas malaysia malem males malih malika mall malu"
    " mama mamah mamat mambet mampir mampu mampus manah manajemen manajer manangis manarap mancing"
    " mancur mandheg mandi mandir mandor manfaat mang mangan manggen manggon mangka mangkal mangkat"
    " mangkrak mangkuknya mangsa mangunyah manifested manik maning manis manngis mantan mantap manu"
    " manual manuk manungsa manusia manusiawi map mapa mapag maps marah marbot maret marga margarin mari"
    " maring mark marka marketing marketplace markonah mart martabak marunda masak masang masker massa"
    " massal master mastercard masukan masyarakat matahari matang matchanya matematika mateni materai"
    " materi material matic matika matraman matrik matsutak mauritania mawa mawon maxstream maya mayat"
    " mayit mayor mayur mazon mbadhog mbagi mbah mbahe mbahku mbako mbaleni mbangun mbaung mbebe mbekto"
    " mbelani mbelayu mbengi mber mbesem mbikak mbiyantu mbiyen mbledhos mbledos mbokdhe mbokn mbolong"
    " mbps mbr mbucal mbukak mbulan mbun mburuh mbuwang mcb mebel medal medali medhit media median"
    " mediasi medical medis medsos mega megah megameter megha meh mei meiosis meja mejid meki meladeni"
    " melaju melas meledak melek melengkung melepuh meletus melirik melompong melon melonjak melorot"
    " meluap melulu memaki memalukan memancing memanfaatkan memanjat memasak memasuki membalikannya"
    " membe membela member membludak membolehkan memega memek memelihara memikirikan memilah memimpin"
    " meminta memorinya memoto memotret mempan memperbesar memperjelas memperoleh memuat men mena"
    " menabrak menabungnya menagih menahan menahun menaikan menaikkan menambah menampung menanam"
    " menandatangani menang menanggung menangkan menangkap menara menari menarik menata menawar mencapai"
    " mencukupi mendadak mendaki mende mendesak mendesis mendhet mending mendo mendoan mendukung mendung"
    " menebang menegur meneh menehi menek menelan menelepon menelpon menembak menembus menempel menempuh"
    " menendang meneng menenggak menerobos menerus menetak menetes meng mengabari mengabdi mengaji"
    " mengaku mengambek menganga menganggu mengapresiasi mengatasnamakan mengecat mengecek mengecewakan"
    " mengejar mengelupas mengepul mengeruk mengetiknya menggaruk menggelinding menggemaskan menggok"
    " menghindar menghirup mengirim mengkilap mengkudu mengoreksi menguap mengumpulkan mengunci"
    " mengungsi menguras menika menikah menikam menikmati menilai menimbulkan menimbun menimpa menindak"
    " menindaklanjuti meninjau menipu menitipkan meniup menjelang menjerit menjuntai menolong"
    " menonaktifkan menonton menopo mentah mental menteri mention mentri menu menuduh menukar menulis"
    " menumbuk menumpuk menunggak menuntaskan menuntut menus menyala menyamar menyambar menyambut"
    " menyang menyebabkan menyebut menyengat menyerbu menyesal menyetir menyindir menyinggung menyumbat",
    "menyusut meong mepet merahan merajalela merajuk merangkak merangkap merata meraung merchant mercon"
    " merebus merek meremas merembet meres merga mergi mergo merinding merjan merk merkuri mertua"
    " mesakke mesem mesine mesjid mess message mester mesthi mesum metanakarbok meteng meteran metune"
    " mewah miber mie migran migrasi mikir mikologi mikroskop mil milea milenial milih militer milonya"
    " milyaran mimik mimpi mina minat mindah mindhak mindy mineral minggat mingguan mini minimarket",
    "minimum minjem minoritas minus minyak minyakita mirah miras mirat mire miring miris mirsani mirza"
    " misi misigit misroute mister mitokondria mitra miturut mlampah mlarat mlayu mlebet mlethek mlorot"
    " moai mobile moble mochi modale mode model moderasi moderator modern modifikasi modin modus mogok"
    " mokrasi mokratik molekul molor momoland momong momot momotane monarki mondok moneter money mongso"
    " monopoli monoton montor mood moratorium motif moto motong motore motto mparkan mpin mpok mpp mrana"
    " mrene mriksa mriku mripat msal msterdam mts mual mubazir mudah mudeng mudheng mudik mudun muga"
    " mugi mugo muharram muka mukjizat mukul mulang mular mulih mulu mulud mulus mulut mumi muncrat"
    " muncul mundar mundcet mundur muni munjung muntah munyuk murub musala musang musdes museum musholla"
    " musibah musik musikus musisi muslim musrenbang mustaka mustika musuhan musyawarah mutah mutasi"
    " muwun myim mypertamina mytelkomsel mytsel nabrak nabung nafas nagih nagoya nakal nakes nalangi"
    " naleni nalika nambah nami nampa nampi namuk nanam nanda nandur nanem nanggung nano napas napi"
    " narasumber nari narik narkoba nasabah nasi nasib nasibe nasional naskah nate natha natrium nawari"
    " nawarin nchen ncipe ndaftar ndamel ndas ndata ndelok ndemek ndera ndharaning ndhustri ndhuwur ndi"
    " ndia ndianapolis ndisit ndonesia ndonga ndora ndorra ndra nduk ndustri nduwe nduwur nebula nebus"
    " need negawa neglasari nego negor nekat nelpon nem nembak nembe nempel nemu nenek nengga"
    " neoliberalis neon nepal neraca nerobos nerusake nesu net netes netflix netizen netra netral netron"
    " neutron new ngaat ngaceng ngadeg ngadek ngadu ngajar ngajengaken ngaji ngajukan ngaku ngalah"
    " ngalami ngambang ngambu ngamuk ngancam ngancani ngancuk ngandani ngandelaken ngandhap ngandhut"
    " ngangge nganggur ngangkat ngangkut ngantor ngantos ngantuk ngapak ngarak ngasilno ngaso ngatur"
    " ngaturaken ngawasi ngawur ngebiola ngebor ngebul ngebut ngecek ngecet ngedol ngegrab ngejar ngekos"
    " ngelak ngelangi ngelem ngeles ngelingke ngelupas ngemil ngenani ngencok ngendi ngene ngentekke"
    " ngenteni ngentot ngerem ngeri ngertos ngeruk ngetem ngethok ngetik ngewangi ngewe nggambang"
    " nggamel ngganti nggantung nggarap nggawa nggawe ngge nggedebus nggendhang nggeris nggitar nggodhok"
    " nggone nggowo nggris ngguyu nghulun ngidu ngidul ngijoli nginap nginggil ngintun ngising ngisor"
    " ngko ngladeni nglamar nglanggar nglangi nglaporke nglarani nglikan ngobong ngobrol ngojek ngola"
    " ngolah ngomb ngombe ngompol ngongkon ngono ngontrak ngopeni ngopi ngotot ngrawat ngrumat"
    " ngrungokke ngrungokne ngrusak nguilla ngukur ngumbah ngumumke ngungsi ngunjuk nguntal ngurangi"
    " ngurusi ngusir ngutang ngutus ngwang niaga nian niat nib nicr nihil nik nikahe nikel nikotin"
    " nikotina nimbun nimpa ninj nipun nisn nitip nitrat nitrogen nius njaba njaga njahit njajal njawab"
    " njeblug njero njih njil njing njop njupuk nkri nobar noble nolak nombok nomer nomere nominal"
    " nominasi non nona nonaktif nongko nongkrong nonsubsidi nonton nop normal normalisasi nota notaris"
    " notes notice notification notifikasi november nozzle nphd npk npwp nsus ntartika nternasional"
    " ntillen nugel nujes nukleotida nukleus nular nulis nulungi numpak numpang nunggak nuntun nunut"
    " nutrisi nutu nutuk nutup nyabrang nyade nyadhe nyalip nyalur nyaman nyambung nyampe nyamuk"
    " nyangkut nyapu nyar nyata nyatane nyatet nyawa nyebar nyebrang nyebul nyegat nyekel nyemprot",
    "nyengat nyenggol nyenyak nyep nyepak nyepeng nyerang nyerempet nyeri nyetel nyetir nyetok nyetrum"
    " nyewa nyilih nyoba nyuci nyuling nyumbang nyuntik nyuruh obago obah obesitas obia objek oblast"
    " obral obrolan obyek ocah ocrates odgj odha odol odong odos off offline ografi ohanes ohannesburg"
    " ojek ojk ojol oke okeh okot okrates oksigen oksiribonukl oktober olah olahraga olandia oldavia"
    " oldova olfgang oli oliberalisme olland ologi oloh olomon olose olossus olosus omalia omansch",
    "omansh ombak ombe omben ombo omeros omerus ominika omite omong omorfologi omoro omoros ompreng"
    " omuni omzet onako onakry onbid ondo onduras onfusius ongaria ongkir ongo ongolia onkir onnet onta"
    " onten ontenegro ontserrat onya opd open operasional operatore opernicus opname oppo oprit opsen"
    " optik orah oral oran ordan ordania order ordo orea oret organ organik organisasi orintus ormas"
    " ormosa orneo ortu ortugal osea osis osmium osnia osovo osporus oss osua otak otbah otho"
    " otolaringolo otomatis otoritas otp ount out outsourcing ovember oven over overload overstay oviet"
    " ovonya ovopayday ovyet owah oyak oyod oyot ozna ozon pabrike pacaran packet pad padamu padan padat"
    " padhaharan padu pagu paguyuban paha paham pahit paid pailit pajek pajeke pakaian pakan pakdhe"
    " pakey paklaring paklik paku palang pali paman pambuahan pambuluh pameran pamit pamsimas pan panah"
    " pancen panci pandang panek panel pang pangan pangdam pangecap pangeran panggenan panggonan"
    " panggonane panggul panggung panginten pangkalan pangkat panglima pangurangan panik paningal"
    " panitera panja panje panjene panjenengani pankreas pant pantai pantau pantes panti pantun pantura"
    " panwas panyol papa papat parah parcel pareng paring parit pariwisata parking parpol partai partner"
    " paru paruh pasa pasal pasca pascabayar paslon paspor pasrah passcodenya passing password paste"
    " patah patang patok patra patroli patuh patung patut paud paus paving pawon payah payday paylater"
    " payon payone payu payudara pbg pbi pecahan pecandu pecel pedas pedes pedestrian pedhes pediatri"
    " pedofilia peduli pedurenan pedut pegang pejahi pekan pekat peken pekok peksi pelabuhan pelacur"
    " pelaksana pelampung pelan pelangi pelangsing pelat pelayanane pelecehan peler peli pelican"
    " pelihara pelir pelit pelosok peluit peluru pemain pemandu pemberdayaan pemberitahuan pembuluh"
    " pemdes pemenang pemerataan pemerintahan pemilu pemkot pemukiman pemulung penalti penangguhan"
    " penasaran pencakar pencapaian penculikan pend pendek penderita pendidikan pending pendopo"
    " penegakan peneliti penemuan penentuan penerbit penertiban penetapan pengamen pengantin pengaruhnya"
    " pengeboran pengembalian pengembang pengemudi pengen pengendara pengeras pengering pengerjaan"
    " pengesahan pengetahuan penggemar penggilingan penghayat pengolah pengosongan pengunjung penilaian"
    " penis penjagane penjara pens pensil pentas penyandang penyelam penyelamat penyelenggaraan"
    " penyelidikan penyerepan penyok penyu penyulang penyuluh pepaya perah perajin perak peramai"
    " perancis perang perangko perantau perawat perbaharui perbintangan percakapan percaya percikan"
    " perda perdes perdhana peredam perek perempuan peresmian performa pergaulan pergi perhatikan perih"
    " perihal periksa peringkat perintah periode periodik perkenalkan perkeretaapian perkim perkiraan"
    " permai permanen permasalahan permen permukiman perosotan perpus perpusda perpusnas perpustakaan"
    " persis persoalkan personel personil pertalite pertamax pertamina pertandingan pertarungan"
    " pertashop pertek pertelon pertempuran pertemukan perum perumnas perundungan perut pesan pesanan"
    " pesanggem pesangon pesantren pesing pesta peta petak petasan pethak peti petik petok petugase"
    " petunjuk phesos phk photobook php piagam piala piano piatu pick pickup picture pidana pidato pijat"
    " pijer pikap piket pikir piknik pikul pikun pil pilah pile pilkada pilkades pin pinarak pincang",
    "pindhah pindho pingin pingnya pingsan pinjol pink pintar pintas pinten pinter pinus pion pip pira"
    " pirang piring pirsa pirso pirt pisan pisang pistol pistul pisuhan pita pitu pitulungan pitung"
    " piyambak pizza pju pkb pkh pkk pkl placur plafon plan planet plang plangnya planit plant plasebo"
    " plasma plastik platform platina play please plecit plikasi pltu plus pmi pmk pmt pnbp pnm podho"
    " poin point points pojok pokdarwis pokir pokok poktan pola polairud polantas polda poli polibag",
    "poliester polindes polisine politeknik politik polres polski polybag pom ponakane ponari ponati"
    " pondasi pondok ponpes ponsel popda popok popt porak poranda porang poris porprov porsi portal"
    " posbakum posisi positif posko post posting posyandu pot potelot potlot ppa ppat ppdb ppg pph ppid"
    " ppk ppl pplop ppn pppk pps prabayar prabu prahara prajurit prakerja praktek praktik praktikum"
    " pranala prancis prangko prapatan prasasti pratama prau prei preman prematur premi premier premium"
    " presiden prestasi pria pribadi prihatin pril primer primitif pring printer prioritas privasi"
    " privat priyayi process prodeo produk produksi produktif profesi profesional profil profile"
    " progresif prometium promo promosi prona proposal prosa prostat protaktinium protes protokol"
    " provider provokasi proyeke psda psikolog ptsl puas puasa pubers pubg publik pucat pucuk pudar"
    " pudhing puding puing puisi puki pulih pulisi pulisine pulitik pulpen pulsa puma pundak pundhak"
    " punggung pungli punika puniku punk pupil pupr pupu pupuh pura puri purna purnawirawan purun"
    " purwakanthi pusar puser push pusing puskeswan puso pustu putar pute putera puthul puting putra"
    " putri putro putu pytauginv qalih qanda qerah qesa qris qriya quinas qumuje rab rabat rabbal rabi"
    " rabies rabiul rabu racun radhiasi radhio radi radiasi radio rafatar ragad ragu raha raharja rahina"
    " rahmaputra raib rajaan rajab rajanjian rajin rajungan rak raket raksa raksasa rakun rama ramadhan"
    " ramah ramaikan ramalan rambut ramp rampas rampung rancis rang rangka ranjang rank ransiskus rantau"
    " ranti ranting ranu ranus rapi rapor raport rapot rasa rasialisme rasil rasisme rasnodar rat"
    " ratapan rate rating ratu rawan rawit rawuh rayap rdkk rdtr read reader ready reaksi reaktivasi"
    " real rebahan rebo reboisasi rebutan receh redeemed redup reenland refocusing reformasi refund rega"
    " region regional registrasi regular regulator regulernya rehab rehabilitasi rejeb rekan rekap"
    " rekasa rekayasa reklame rekma rekom rekomendasi rekonsiliasi rekrut rekrutmen rel rela relativitas"
    " relawan relog relokasi rem remaja remang rembag rembes rembug rembulan remen remi remit rempah"
    " rempoa rena renada renadines renang rencana rencek rendah rendheng rene reng renium renovasi"
    " rental rentenir reog replikasi reply report repot republik reputasi request resah resapan resep"
    " reset resi residu resign resiko respon respons ress rest restart restitusi restoran retribusi"
    " retweet reversal revisi revitalisasi reward rewards reyot rezeki rganisasi rgentina rhenium ribet"
    " ribosom rice rich ride ries rifat rika riki rikma riku rilis rimba rimbun rincian rincipe rindu"
    " ring ringan rinidad riodik ripoli riset risiko risten risti ristoteles ristus rit ritania ritel"
    " ritish ritrea river riwayat riyadi riyaya rizky rkpd rktik rmu rob robot roentgenium roky"
    " romantisnya rombel rombongan rompi ronda rongsok rono ronta rontok ropa ropah rosan rosok roti"
    " round roya royong rph rpjmd rsj rsud rtemis rth rtlh rtrw ruas ruba rudi ruguay ruhur rujukan ruko"
    " rukun rumit rumiyin rumpi rumpun rumput runduk runggu rungu rupee rupiah rusel russel rusuh rusun"
    " rusunawa rutan rute rutenium rutherfordiu rutin ruwet sabar sabat sabda saber sabet sabtu sabuk"
    " sabun sabung sadap sadar sade sadinten sadurunge sae safar safe saga saguh sah sahabat saham"
    " sainganmu sains sakar sakeng sakmenika sakpole saksi saksofon saku salat saldo salemba salep sales",
    "salinan salju salurane salut sambal sambel sambung same samenika sami samparan sampel samping"
    " sampul samsat samsung sancaka sandal sandhang sandhi sandi sanga sanggah sanggar sanggup"
    " sangskreta saniki sanjang sanksi sanskerta santai santan santen santri santunan sanyo saos sapa"
    " sapar sapine sapu sar sarana sarang sarapan sare sarem sarjana sarpras sarta sarung sasak sasi"
    " sastra sate satgas satlantas sato satpas satunggal satus satwa saudari sawat sawer sayap sayuaran",
    "sbekistan sbg scan screen screenshot sctv sd sdn seaborgium seadanya seakan seania sebar sebatang"
    " sebel sebelahnya sebelas sebentar sebiji secepatnya second seda sedalam sedanten sedasa sedaya"
    " sedekah sedekar sederhana sedherek sedih sedimen sedina sedinten sedot sedoyo sedulur sedulure"
    " seekor sega segar segara segawon segel segi segini segitiga segitu sego segoro sehabis seharian"
    " sehubungan seizin sejam sejarah seje sejuta seka sekak sekalli sekam sekampung sekang sekar"
    " sekarat sekarung sekat sekawan sekdes sekedhik sekelas sekelompok sekeluarga sekembalinya"
    " sekencang sekeras seket sekian sekilo sekolahku sekongkolan sekop sekretariat sekretaris seksual"
    " sekul sekunder selancar selandia selang selangkung selaput selasa selawe selebar selebihnya"
    " seleksi selembar selepas selesaikan selfie selimut selingkuh selip selisih seller selqlqinv seluas"
    " seluler selutut semah semalam semangat semangka sembahyang sembako sembarangan sembilan sembu"
    " sembuh sembunyi semen semenit semenjak semesta semester semeter seminar sempadan sempit semprang"
    " semprot sempurna semrawut semusim senam senang senapan senasib send sendat senen seneng seng"
    " sengaja senggono sengketa sengsara seni senilai seniman senin senior senja senonoh sensa sensor"
    " sensus senter senti sentimeter sentra senyum sepak sepakat sepang separo separuh sepatu sepeda"
    " sepele sepengetahuan seperempat sepertiku sepihak sepisan september sepulang sepuluh sepupu sepur"
    " seputar seqanten seqawon serabutan seram serambi serangan serangga serapan serasa serat seratus"
    " serba serbaguna serbia serdadu seremoni seremonial serentak serigala seringkali serius serngenge"
    " sertifikasi sertifikate seru serumit server service servis sesak sesar sesasi sesibuk sesium"
    " sesuai sesuk setahu setan setapak setara setaun setetes sethithik setia setrika setting setuju"
    " setunggal seumur seventeen sewelas sewengi sewidak sewulan shalat share sheet shelter shift"
    " shiitake shillin shm sholat sholeh shopee shopeepay shortlink shot sia siaga sial siamang siapkan"
    " siaran siborong sibuk sibung sicepat sidak sidik sifat sigar sik siki sikil sikile siklon siklus"
    " siku sikut silahkan silam silang silat silau silikon silit silpa siltap siluman sim simbah simbg"
    " simbok simkah simpang simpati simpel simpen simperum simulasi simultan sinagoga sinb sinden singa"
    " singapura singgah singkong sinkron sinting sinyal siomay sipa sipd sipil sipir sipol sira sirah"
    " sirahe siram siri sirine sirkuit sirkumfleks sirtu sirup sisan sisi sisih sisihe siskamling"
    " siskeudes sita sithik siti sitik sitok sitoplasma situasi situs siur skala skandar skandariyah"
    " skatepark skb skck skd skimming skincare sko skor skors skrining skripsi skrotum skuter slam"
    " slamet slb slf slik slip slogan slot sman smaniyah smart smartfren smartphone smartpret smkn smpn"
    " sms smsnya snbp sniper sobat sobatpd sobek soca socad sodium sokan soklat solat soleh solitare"
    " solusi solusine sompret songong sonten sontoloyo soon sop sopan sopire sorot sortir sosial"
    " sosialisasi sosialisme sosiasi sosis sosro soto sound spacy spam spanduk spanyol spbn speaker"
    " speed spesialis spesies spesifikasi sphp spiderman spillway spin spion spj spmb sponsor"
    " sponsorship spot spp sppg sppt spt srengenge sribhawono srikaya sscasn sseldorf ssetia stabil"
    " stadion staf stambul stan stand standar starbuck start stasiun statistik stempel ster stiker",
    "stimulan stnk stochowa stok stoknya stone stonia stop storage store str strategi strategis"
    " streaming stres strike stroke stronomi struk struknya struktur stuck studi study stunting suap"
    " suarane suasana submersible submit subscribe subscription suda sugeng sugih suka sukani sukarela"
    " suket sukses suku sulam sulfat sulfur suli sumbangan sumber summer sumpah sumringah sumu sunat"
    " sunda sundal sundel sundha sung sungguh sungu sunsetroad suntik sunyi supados super supermall",
    "supir supit suporter support suppr surah suri surprise surung surut survei surya sushi susu"
    " susulan susun sutera sutet suwek suwiwi suwung swadaya swalayan swantenipun swara swasembada swiwi"
    " syahbandar syapa syarate syariah system syukur taat tabebuya tabel tablet tabrakan tadah taenia"
    " tagihane tahaka tahap tahi tahlilan tahulan tahunan taiwan tajam tajin takaran takmir takon taksi"
    " tali talinga talingan talipon talud tama tamalanrea tambak tambal tambatan tambul tamil tampil"
    " tamtama tamu tandatangan tandon tangal tangane tanggap tanggel tanggerang tanggi tanggul tangis"
    " tangkap tangki tanglet tanjakan tank tanpo tansah tantangan tapcash tapenas tapir tara target tari"
    " tas tasak tasik taspen tata tatap tawar tawon tawuran tayang tbc tcm teaser tebal tebang tebingnya"
    " tebu tega tegak tegalan tegangan teh tehnya teka tekan tekane teken teknik teknis teknisi"
    " teknologi teko tekomsel tekstil telanjang telantar telapak telas teles televisi telfon teli"
    " telinga teliti telkom telkomsel teller telolet telor telu telung telur telurium tembaga tembak"
    " tembakan tembakau tembako temboke tembus tempe tempek tempik template tempo temporary temurun"
    " tenan tenang tenda tender tengen tenggang tenggelam tenggorokan tengil tengkorak tengkulak tensi"
    " tentara teori tepat tepi teptai tepung tera terampil teraniaya teras terba terbang terbelah"
    " terbengkalai terbit terbium tercantum tercecer terdakwa terdampar terendam tergerus tergoda"
    " terhambat terharu teriak terimakasih terisolir terjerat terjun terkahir terkelupas terkendala"
    " terkendali terkurung terlantar terlindas termin termos terngiangnya teropong teror terpal terpale"
    " terpeleset terpencil terpental terperosok terpisah tersangka tersangkut tersenggol terserempet"
    " tersesat tersier tersingkir tertib tertibaken tertibkan tertolong terusan teruskan tes tesis"
    " testimoni tetak tetep tetes tetun tgl thank thena thermal things thiopia thl thok thr thread three"
    " tibo tida tiduk tiens tiffany tigan tigang tikar tiket tiki tiktok tikungan tikus tilang tilar"
    " tilas tilem tiliki timah timbal time timeline timer timnas timpa timses timun timur tindakan"
    " tingkat tinimbang tinjau tinta tiopia tipe tipes tipis tipu tiri titil titip titit tiya tk tka tki"
    " tkol tkw tlantik tmmd tms tmt tnam tnan tni toa toby tockholm togel toilet tok toke tokek token"
    " tokoh tokopay tokopedia tolemaeus toleransi tolol tomat tombol ton tonase tongg tonggeret"
    " tongkrongan tono tontonan top topads topan topaz topup totoan totol tour tpa tpg tpk tpp tpq tps"
    " track tracking trading tradisional traffic trafo trail traktir traktor trans transaksi transfer"
    " transistor transit transmigrasi transparan transport transportasi trase trauma travel traveloka"
    " trayek trek trembesi trenggiling tresna trial trigonom trigonometri triliunan trip triplek"
    " triskaidekaf trisno triva trivia triwulan trombosit tronton tropis trotoare trouble truck trucking"
    " truknya try tsunami ttd tubuh tuha tuhan tuju tujuh tuk tukar tula tuli tulip tulisane tulp tuma"
    " tumbang tumbas tumbuh tumit tumpah tumpang tumplek tumpuk tumpukan tumpul tuna tunagrahita"
    " tunanetra tunarungu tunggakan tunggal tunggang tungkai tungkak tungku tunjangan tunu turis turn"
    " turon turu turuk tusam tusuk tutuk tutupe tuwa tuwane tuwo tuwuh tuyul tweet twitter tyang typo"
    " tyup uadeloupe uatemala uber ubin ucapan udang udara udas udaya uddha udel udud udut uernsey uerto",
    "uga ugd ugi ugini ugoslavia uhammad uhan uharam uharram uinea uiper ujuh ujung ukara ukas ukm"
    " uksemburg ukt ukul ulam ulama ulan ular ulat ulau ulawesi uler ulhijah ulius ulkaidah ulp ulud"
    " umadi umadilakhir umadilakir umadilawal umaeh umangan umat umatra umbah umbai umk umpatan umrah"
    " umure umutah unair unboxing unda underpass undha undhak undian ungai ungaria unggah unggul unia"
    " unija unilever uning uninstall union unis unisia unit universitas unjuk unlimited unpaid unpair",
    "unregnya unsuccessfull unta untu untukku untungjatimlur unung unus upacara update upena upgrade"
    " upiter upload upt uptd upuh urabaya urang uranium urat urea urgent uriah urinam uriname urine urki"
    " urkina urkmenistan urks urug uruk urunan urundi urung urusane urutan urwaning urya username usia"
    " usir uslim ustadz ustralia ustria usuk usus utama utange utawa utawi utha utih utin utopis utub"
    " utuh utuna uuww uvalu uwah uwait uwong uwos uwur uxembourg uxemburg uyah uyana vagina vaksin"
    " vakuola valid varietas velositas velvet vena vendor ventilasi verest verifikasi verifikator versi"
    " verstek vetiver via video vihara vila villa violoncello viral virtual visa visit visum vitamin"
    " vitriol voli volt volumenya volusi vonis voucher vsat vulkanik vuvuzela wabah wabarakatuh wader"
    " wadhuk wadon wadwan wahana waja wajah wajar wakaf wakil walah walang walikutha wana wanda wangsul"
    " wangsulaken wani wanita wantun waos warahmatullah warak waras warek warna warnet warni warsa was"
    " waspada water watt watu watuk waung wawancara wayang waziland web webinar website wedang weden"
    " wedhi wedia wedok weekend wektu welas welirang welut weneh wengi wereng werna werno werok wesi"
    " wete weteng wewenang wewengkon what wheelsnya widyaiswara wifi wijen wiji wilis wini winih wink"
    " wintang wirang wisatawan wisma wisuda witan withdraw wiwit wiyar wiyata wkwk wna wohan wolfram"
    " wolu woon workshop wouten wruh wtp wudhu wuduk wulu wunga wuni wutah wuto wuyah wwah wwang wway"
    " xii xtra xxxdatexxx xxxemailxxx xxxmoneyxxx xxxnumberxxx xxxpercentxxx xxxphonexxx xxxtimexxx"
    " xxxuserxxx yahya yanmar yasudah yatim yawal yaya yayah yayasan ydgoszcz yellow yigar yodium"
    " yongyang yoshinoya you your youth youtube yria ythagoras yuk yumat yunani yuta yuyu zakat zalora"
    " zaman zbekistan zczecin zebra zerbaijan zero ziarah zink zirkonium zona zonasi zonk zoologi zoom"
    " zulhijah zulkaidah zulqarnain",
    "ac agul ajar alam alasan ambulance ambyar amlodipin ampe analisis ancaman andong antibiotik apoteker"
    " asisten aturan ayo azab backhoe bagian bahas bajaj baku balok banci bandel bangkit bangsa bantal"
    " barek barter basmi batu bawang bawel bawon bayan bebani becik bedeng bedhes begu bekel bela belit"
    " belukar benam benci benerin bengkah benjol bentak berangkat betis betulan bhabinkamtibmas bikinin"
    " bilangin bilik bisik boyong brebet buai bubrah bude budhe bujuk buldoser bulik bulir bulu bungkam"
    " buri buru buruan busana byarpet cabik cabut cacah cadas cakap cakar cakup catur cebur cekcok cekung"
    " cela celah celaka cemburu cermat cerna ceruk cerurit cetus chainsaw chikungunya ciprat cobek congkel"
    " corong cowo cublik cucur cukong cukul cukur culvert cuman cuwil dakwa dambakan dampar dampingan"
    " dayung dekap dekil deleh dempul dengerin dengkul dengkur dentum derajat derita deru desak dhedhel"
    " dobrak doi dongkrak doyan doyong dprd duel duga duri eceng ejek ekskavator ekstrakurikuler elak elok"
    " empas endap engsel enten enyah erosi es feri ferry flyover fraksi gadget gadis gagah gaib galau ganas"
    " gandheng ganggang ganjal garong gawat gayung gelar geledah gelembung gelimpang gelincir gelora geluti"
    " gembok gemetar gempil gempur genah gencar gentayangan genti gerebek geretak gerinda gering gerombol"
    " gertak getas giling gini ginjal gitu goda gogoh golok gondol gorden gores gorok gosip gosok gowo"
    " guardrail gubris gulma gumpal gumun guncang gunting guntur gurah gusar gusur guyon guyur hajar halang"
    " halau haluan hampar handuk hansip hantam hardik harga hasut hela hembus hemodialisis henti hidran"
    " hilir himpit hindar hinggap hipertensi hirup hisap hotmix hujat hunus ibunda idap idu ilalang iline"
    " imbau impit incar ingus injak insulin intai intip iring iseh isu jabat jacket jagal jalanin jalar"
    " jamin jangan jangkau jangkit jarum jebak jejeg jelantah jemu jemur jenat jengkel jerat jerit jijik"
    " jilat jinak jinjing jogan joget jogo jogoboyo jolok jompo jubin jungkir jurang jurus kabotan kacek"
    " kacip kagum kail kait kaku kangkung kantuk kaok kapak kapas karam karang karat karep kasun kateter"
    " katrol kawal kaweruh kebacut kebas kebayan keblowok kecam kecemplung kecil kecoh kedap kejam kejeblos"
    " kejegur keji kelabui kelahi kelar kelelep kelewat kelola kelopak keluyur kemah kemas kemoterapi"
    " kempis kemplang kenceng kendali kendho kenduri kental kenthel kepal kepang kepaten kepater kepengin"
    " kepentok keplindes keplorot kepul kerabat kerah keramat keranjang kerap kerdil kerep kerja keroyok"
    " keruk kerumun kesandung kesetrom keslametan kesrempet kesusahan ketabrak ketat ketela ketua ketuk"
    " khatib khotib kibar kikis kilau kisruh klebu kleru klewer kobar kocok kokoh kolah kolong kolor"
    " komplotan konangan konsleting koordinir koplak korek koreng korsleting kosok koyak kraos kubang kubis"
    " kubur kuil kumal kuman kuras kurung kusam kusut kutil kuwatir labrak lacur ladak lagak lahap lahar"
    " lalai lambat lampau lampir lancang lancip landa landai landhep langkah lapis laris latih laut lawas"
    " layan lebur ledak ledek lekang lekat lelap leleh leluasa lempeng lencana lendhut lendir lengang"
    " lengkung lentur lepuh lerai lerem letih letoy letup licik life lilit limpah lindas linggis lirik lobi"
    " lodoh lodse logam lolong lonjak lontar loyang lubuk lucut lukis lunta luput lusuh luwak luwe maeh"
    " malang mangkel mangkir mangkuk manhole manten mantenan mantu marak matun maut mbakar mbalelo",
    "mbatalake mblenyek mbolos mbuang medeni melarat memar mencuat menga menor mentas menthog mentok"
    " merana meriah merosot metformin mider minder minggir mingkem mingkuh minibus mireng mlenyek mletek"
    " mleyot mlorod mlumah mondar montir monyet mrotholi muak mujur mulas mungkir muram murka murung musnah"
    " mutu nafkah naga najis nakhoda nangkis ndelik ndhek nebeng ngabisin ngaco ngalang ngalangi ngalih"
    " ngandelin ngapain ngarit ngegas ngelag ngelih ngelu ngeluh ngemis ngerasa ngerepotin ngerokok ngetan"
    " ngeterke ngeyel nggali nggelembung nggusur ngisin nglakson ngleset nglewati nglumpuk ngomel ngoncat"
    " ngresiki ngulon ngunduh nikahan nista njegur nongkrongin nongol nubruk nuklir nungguin nyala nyali"
    " nyebelin nyelonong nylempit nyokot nyolot nyungsep nyusahin nyuwek nyuwil obeng ogah oglangan oleng"
    " oles omel onar oncat onde ondel operan oplos orasi otot outing pacar paceklik pager pajang palak palu"
    " pamer pamong pancang pancar pancing pandu panggang panggon pangkal pangkas panjar panjat pantat papar"
    " paraf parak parang parasetamol parno parut paskibra pasok pasung payung pecat pecut pedang pede pedih"
    " pegal pekik peluh peluk pelumas pelupuk pemuda pencar pendam pendeta pendhak pengap pengung pening"
    " pepe perabot peran perangkap peras perban perkosa permak perosok pesat pesong petir peyok pilar pilek"
    " pilu pimpin pinggang pipih piro pisah pisau plasa plester pliket plintir plong pohon polah poliklinik"
    " polos pothol potret pramuka prayoga pukat punah pungut puntung puruk putek puyeng racik radang rahang"
    " rakit rakus ramai rambah ramban rambat rampok rancang rancu rangkap rangkul rangsek ranjau rantai"
    " rapal rapuh ratap raung rawa rayahan rayu rebah reban rebut reda redam reklamasi rektor remas rendam"
    " rengek renggut rengut rentan rentang resap rese resepsi restu rewel riak riang ribut ricuh rina rinci"
    " ringkih ringkus ringsek rintang rintih risih robek rogoh roket rollag rombak rombeng rombong rompal"
    " romusha rongga rontgen roof royal ruam rumangsa runcing runding rundung rungkad rupa sabit sadean"
    " sadis safety sahut saing sajak saji saknalika sakti salin salip salon salur samar sambar sandera"
    " sangga sangka sangkar sangkut sanja santap santun saput saraf saring sasar sasat sawan sawit sayang"
    " sayat sayuk sedak sedan segregasi sekap sekda sekoci sekolah seksi sekti selak selam selehake selokan"
    " selonong seluk selundup sema semak semat sembelih sembul sembur semir sempal semplah sempoyong semut"
    " sendok sengal sengat senggol sengit sengon senjata senso sentak sentuh sepuran serak serang serap"
    " serem seret sergap serobot serpih sesal sesambat sesat setir setiti setubuh sialan siar sikat siksa"
    " simak sinar sindir singgung singkap singkek singkir sirene sirna slametan sling sodok sogok sokong"
    " solah solek solidaritas sombong sontek soraki sotoy sowan sprei srawung sregep strobo subur sudut"
    " sulap sulit suluh sulut sumbang sumelang sunatan sundul sungkan suram surau susuk susul susut suwi"
    " swakelola syok tabah tabiat tabok tabuh tabur tagar tahlil tahta takar takjub taktik talang tambane"
    " tambat tambun tampar tampung tancap tanding tandu tandus tang tangguh tangkai tangkis tantang tapak"
    " tapal tarian taruh tarung tatu tawa tawur tb tebar tebas tebus teduh tegang tegap teguh telan teledor"
    " telungkup tembung tempel tempuh tendang tenggak tengik tengkar tepuk terali terjal terjang terka"
    " terobos terowongan tersang terumbu tetas tiarap tifus tikam tikung timba timbul timbun timpang tindas",
    "tindih tindik tingkah tinja tinju tirai tiru titi tiup todong tombak tongkang tongkat tonjok tonjol"
    " tonton topang topeng toreh tosan tossa tradisi trailer tryout tuak tuang tuba tubruk tuduh tulang"
    " tular tulus tumbuk tumo tumor tumut tunai tunduk tunggak tunjang tuntas tuntut turah turap tutul uang"
    " ucul udik ujian ujug ukir ula ulah umpan umpat umpet undi unggas ungsi untai urai usang usap usik"
    " ustad usung usut uwal vandal vest veteriner vinil vinyl virus wacana wadhul wafat waham wajan walet"
    " walikan walimurid warah wareg waswas watak wibawa wuta yaelah yasin yuswa zalim",
    NULL,
};

// Words for one thing, a row each: Indonesian, Javanese, colloquial.
static const char *const alike[] = {
    "kethek ketek monyet munyuk",
    "anjing asu kirik",
    "ular ula",
    "tikus wirog",
    "kerbau kebo",
    "kucing meong",
    "buaya baya",
    "terowongan underpass",
    "jembatan kreteg brug",
    "flyover layang",
    "sekolah sekolahan",
    "rumah omah griya griyo",
    "kamar kamare",
    "air banyu toya",
    "api geni latu",
    "batu watu kerikil",
    "pasir wedhi",
    "tanah lemah lendhut lumpur",
    "angin bayu",
    "anak bocah bocil lare arek",
    "bayi orok",
    "simbah mbah simbok nenek kakek lansia sepuh manula",
    "istri bojo garwa",
    "ayah bapak bapake",
    "orang wong tiyang uwong",
    "pemuda remaja nom",
    "teman kanca konco rencang",
    "warga masyarakat penduduk",
    "petugas pegawai karyawan staf",
    "polisi polsek polres",
    "pedagang bakul penjual",
    "pembeli pengunjung",
    "sopir supir driver pengemudi",
    "jatuh tiba tibo dhawah kepleset terpeleset tergelincir kejeblos terperosok terjatuh kesandung tersandung",
    "tabrak tubruk hantam senggol",
    "tenggelam kelelep kelem hanyut kintir",
    "meninggal tewas mati wafat seda",
    "pingsan semaput",
    "luka tatu lecet lebam memar",
    "pukul hajar gebuk antem keplak tonjok gepuk jotos pukuli",
    "rundung bully bullying perundungan",
    "bentak marah kasar",
    "besar gedhe gede ageng",
    "kecil cilik alit",
    "tinggi dhuwur duwur",
    "rendah cendhek pendek",
    "panjang dawa",
    "lebar amba jembar",
    "baru anyar enggal",
    "lama suwe lawas dangu",
    "cepat gelis rikat",
    "pelan alon",
    "banyak akeh kathah buanyak",
    "sedikit sithik sekedhik",
    "semua kabeh sedaya sedanten",
    "malam bengi dalu mbengi",
    "pagi esuk enjing isuk",
    "siang awan",
    "kemarin wingi",
    "besok sesuk",
    "sekarang saiki sakniki",
    "hari dina dinten dino",
    "minggu pekan",
    "bulan sasi wulan",
    "tahun taun warsa",
    "takut wedi ajrih waswas khawatir resah sumelang",
    "bahaya mbebayani rawan medeni",
    "susah angel repot sulit",
    "bingung mumet pusing",
    "bayar mbayar",
    "uang duit dhuwit arta yatra",
    "minta jaluk njaluk nyuwun",
    "beli tuku tumbas",
    "jual dol adol sade",
    "ambil jupuk pundhut",
    "bakar obong mbakar obar",
    "buang guwak mbuang guang",
    "gali keduk dhudhuk nggali galian",
    "tutup tutupan",
    "buka bukak",
    "potong tugel kethok tebang negor tegor",
    "bangun mbangun yasa",
    "perbaiki ndandani dandan benerin betulkan renovasi",
    "bersih resik",
    "kotor reged rusuh jorok",
    "tambal urug",
    "tersumbat sumbat mampet buntu",
    "miring doyong condong mleyot sendheh",
    "retak bengkah sigar pecah",
    "longsor jugrug ambrol ambles amblas",
    "bau mambu bacin",
    "bising ribut rame brisik berisik gaduh",
    "gelap peteng padam",
    "terang padhang",
    "antre ngantri antri antrean antrian",
    "datang teka rawuh dugi",
    "pulang mulih wangsul bali",
    "pergi lunga kesah",
    "tidur turu tilem",
    "makan mangan dhahar",
    "minum ngombe",
    "tanya takon",
    "bicara omong ngomong kandha ngendika",
    "lihat deleng ndelok mirsani weruh",
    "dengar krungu",
    "obat jamu pil",
    "sakit lara gerah",
    "parang golok celurit pedang senjata sajam arit clurit",
    "mabuk teler miras",
    "mobil montor",
    "motor sepeda",
    "truk tronton dump",
    "kapal feri ferry perahu prau",
    "nelayan miyang",
    "pompa pump",
    "sawah sabin",
    "kebun kebon tegalan ladang",
    "padi pari gabah",
    "tanaman tanduran tanem",
    "tebing gumuk",
    "mangkrak terbengkalai mandek mandheg berhenti",
    "molor terlambat telat",
    "kosong suwung habis entek telas ludes nihil",
    "hilang ilang raib",
    "mahal larang awis",
    "gratis percuma",
    "tipu apus ngapusi",
    "curi colong maling nyolong",
    "kios toko warung",
    "pasar peken",
    "perpustakaan perpus perpusda",
    "dokter mantri",
    "hujan udan jawah",
    "kemarau ketiga",
    "banjir rob luber luap mbludag",
    "kering asat garing",
    "tenda terop tarub",
    "hajatan mantenan mantu manten nikahan pernikahan resepsi pengantin",
    "kuburan makam pemakaman sarean",
    "taman plasa",
    "mainan dolanan permainan",
    "jatah kuota",
    "dibagi bagi mbagi",
    "ac pendingin",
    "genset diesel",
    "kursi bangku",
    "lantai jogan",
    "plafon langit atap payon genteng",
    "dinding tembok",
    "lubang luweng jeglongan",
    "aspal hotmix",
    "guardrail pembatas pengaman",
    "usul usulan saran aspirasi",
    "lampu sorot penerangan",
    "voli volley",
    "sepakbola bola",
    "guru pengajar wulang",
    "murid siswa pelajar",
    "tagihan rekening",
    "tunggak nunggak",
    "simpanan tabungan celengan",
    "kabur lari minggat mlayu",
    "kos kost indekos kosan",
    "izin ijin",
    "razia sidak",
    "developer pengembang",
    "fasum fasos",
    "gerbang gapura",
    "satpam security",
    "mual muntah mutah",
    "gatal gatel",
    "nyamuk lemut",
    "lalat laler",
    "spanduk baliho banner",
    "coret vandal",
    "kebut balap",
    "knalpot brong blombongan",
    "sabung tarung",
    NULL,
};
// clang-format on

const char *const *
vocabulary_words_common(void)
{
    return common;
}

const char *const *
vocabulary_words_ordinary(void)
{
    return ordinary;
}

const char *const *
vocabulary_words_alike(void)
{
    return alike;
}
