// deno-fmt-ignore-file
/**
 * The single-byte charsets that Python has and TextDecoder has not, each as its differences to one that came
 * before it.
 *
 * A line is: name, the page it starts from, then runs of two hex digits (first octet), two hex digits (number
 * of octets) and that many characters, U+FFFD for an octet without one.
 *
 * @module
 */

/** See above. Measured from CPython 3.13.0. */
export const CODE_PAGES = `\
cp037 cp866 0407\u009c\u0009\u0086\u007f\u0097\u008d\u008e1404\u009d\u0085\u0008\u00871a02\u0092\u008f20e0\u0080\u0081\u0082\u0083\u0084\u000a\u0017\u001b\u0088\u0089\u008a\u008b\u008c\u0005\u0006\u0007\u0090\u0091\u0016\u0093\u0094\u0095\u0096\u0004\u0098\u0099\u009a\u009b\u0014\u0015\u009e\u001a \u00a0âäàáãåçñ¢.<(+|&éêëèíîïìß!\u0024*);¬-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ\u0060:#@'="Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×{ABCDEFGHI\u00adôöòóõ}JKLMNOPQR¹ûüùúÿ\u005c÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u009f
cp273 cp037 4301{4a01Ä4f01!5902~Ü5f01^6301[6a01ö7c01§a101ßb001¢b501@ba03¬|‾c001äcc01¦d001üdc01}e001Öec01\u005cfc01]
cp424 cp037 4109\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d85109\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e16208\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e97009\ufffd\u05ea\ufffd\ufffd\u00a0\ufffd\ufffd\ufffd‗8001\ufffd8c03\ufffd\ufffd\ufffd9a03\ufffd\ufffd\ufffd9e01\ufffdaa05\ufffd\ufffd\ufffd\ufffd\ufffdcb05\ufffd\ufffd\ufffd\ufffd\ufffddb05\ufffd\ufffd\ufffd\ufffd\ufffdeb05\ufffd\ufffd\ufffd\ufffd\ufffdfb04\ufffd\ufffd\ufffd\ufffd
cp437 cp866 8030ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»e018αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈fc02ⁿ²
cp500 cp037 4a01[4f01!5a01]5f01^b001¢ba02¬|
cp720 cp437 8002\u0080\u00818401\u00848601\u00868d06\u008d\u008e\u008f\u0090\u0651\u06529402¤\u06409804\u0621\u0622\u0623\u06249d11\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635e006\u0636\u0637\u0638\u0639\u063a\u0641e709\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064af106\u064b\u064c\u064d\u064e\u064f\u0650
cp737 cp437 8030ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψe011ωάέήϊίόύϋώΆΈΉΊΌΎΏf402ΪΫ
cp775 cp866 8030ĆüéāäģåćłēŖŗīŹÄÅÉæÆōöĢ¢ŚśÖÜø£Ø×¤ĀĪóŻżź”¦©®¬½¼Ł«»b504ĄČĘĖbd02ĮŠc602ŲŪcf0aŽąčęėįšųūže018ÓßŌŃõÕµńĶķĻļņĒŅ’\u00ad±“¾¶§÷„fb03¹³²
cp850 cp437 9b01ø9d02Ø×a901®b504ÁÂÀ©bd02¢¥c602ãÃcf0a¤ðÐÊËÈıÍÎÏdd02¦Ìe001Óe204ÔÒõÕe70aþÞÚÛÙýÝ¯´\u00adf204‗¾¶§f701¸f901¨fb02¹³
cp852 cp850 8502ůć8801ł8a02Őő8d01Ź8f01Ć9102Ĺĺ9504ĽľŚś9b03ŤťŁ9f01ča406ĄąŽžĘęab03źČşb702ĚŞbd02Żżc602Ăăd003đĐĎd402ďŇd801ědd02ŢŮe306ŃńňŠšŔea02ŕŰee01ţf104˝˛ˇ˘fa04˙űŘř
cp855 cp437 802eђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪаАбБцЦдДеЕфФгГb504хХиИbd02йЙc602кКcf0a¤лЛмМнНоОпdd02Пяe01eЯрРсСтТуУжЖвВьЬ№\u00adыЫзЗшШэЭщЩчЧ§
cp856 cp850 801c\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea\ufffd9d01\ufffd9f0a\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdad01\ufffdb503\ufffd\ufffd\ufffdc602\ufffd\ufffdd009\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdde01\ufffde006\ufffd\ufffd\ufffd\ufffd\ufffd\ufffde707\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd
cp857 cp850 8d01ı9801İ9e02Şşa602Ğğd002ºªd501\ufffde702\ufffd×ec02ìÿf201\ufffd
cp858 cp850 d501€
cp860 cp437 8401ã8601Á8901Ê8b02ÍÔ8e02ÃÂ9102ÀÈ9401õ9601Ú9802ÌÕ9d01Ù9f01Óa901Ò
cp861 cp437 8b03ÐðÞ9501þ9702Ýý9b01ø9d01Øa404ÁÍÓÚ
cp862 cp437 801b\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea
cp863 cp437 8401Â8601¶8d03‗À§9102ÈÊ9402ËÏ9802¤Ô9d02ÙÛa002¦´a405¨¸³¯Îad01¾
cp864 koi8_r 2501\u066a8080°·∙√▒─│┼┤┬├┴┐┌└┘β∞φ±½¼≈«»\ufef7\ufef8\ufffd\ufffd\ufefb\ufefc\ufffd\u00a0\u00ad\ufe82£¤\ufe84\ufffd\ufffd\ufe8e\ufe8f\ufe95\ufe99\u060c\ufe9d\ufea1\ufea5\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\ufed1\u061b\ufeb1\ufeb5\ufeb9\u061f¢\ufe80\ufe81\ufe83\ufe85\ufeca\ufe8b\ufe8d\ufe91\ufe93\ufe97\ufe9b\ufe9f\ufea3\ufea7\ufea9\ufeab\ufead\ufeaf\ufeb3\ufeb7\ufebb\ufebf\ufec1\ufec5\ufecb\ufecf¦¬÷×\ufec9\u0640\ufed3\ufed7\ufedb\ufedf\ufee3\ufee7\ufeeb\ufeed\ufeef\ufef3\ufebd\ufecc\ufece\ufecd\ufee1\ufe7d\u0651\ufee5\ufee9\ufeec\ufef0\ufef2\ufed0\ufed5\ufef5\ufef6\ufedd\ufed9\ufef1■\ufffd
cp865 cp437 9b01ø9d01Øaf01¤
cp869 cp855 802e\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdΆ\ufffd·¬¦‘’Έ―ΉΊΪΌ\ufffd\ufffdΎΫ©Ώ²³ά£έήίϊΐόύΑΒΓΔΕΖΗ½ΘΙb504ΚΛΜΝbd02ΞΟc602ΠΡcf0aΣΤΥΦΧΨΩαβγdd02δεe010ζηθικλμνξοπρσςτ΄f10d±υφχ§ψ΅°¨ωϋΰώ
cp875 cp500 4109ΑΒΓΔΕΖΗΘΙ5109ΚΛΜΝΞΟΠΡΣ6209ΤΥΦΧΨΩΪΫ|7009¨ΆΈΉ\u00a0ΊΌΎΏ8001΅8a06αβγδεζ9a07ηθικλμ´aa16νξοπρσ£άέήϊίόύϋώςτυφχψcb05ωΐΰ‘―da06±½\u001a·’¦e101\u001aeb05§\u001a\u001a«¬fb04©\u001a\u001a»
cp1006 latin_1 a10c\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u060c\u061bae52\u061f\ufe81\ufe8d\ufe8e\ufe8e\ufe8f\ufe91\ufb56\ufb58\ufe93\ufe95\ufe97\ufb66\ufb68\ufe99\ufe9b\ufe9d\ufe9f\ufb7a\ufb7c\ufea1\ufea3\ufea5\ufea7\ufea9\ufb84\ufeab\ufead\ufb8c\ufeaf\ufb8a\ufeb1\ufeb3\ufeb5\ufeb7\ufeb9\ufebb\ufebd\ufebf\ufec1\ufec5\ufec9\ufeca\ufecb\ufecc\ufecd\ufece\ufecf\ufed0\ufed1\ufed3\ufed5\ufed7\ufed9\ufedb\ufb92\ufb94\ufedd\ufedf\ufee0\ufee1\ufee3\ufb9e\ufee5\ufee7\ufe85\ufeed\ufba6\ufba8\ufba9\ufbaa\ufe80\ufe89\ufe8a\ufe8b\ufef1\ufef2\ufef3\ufbb0\ufbae\ufe7c\ufe7d
cp1026 cp500 4801{4a01Ç5a02Ğİ6801[6a01ş7901ı7b02ÖŞ7f01Ü8c03}\u0060¦a101öac03]\u0024@c001çcc01~d001ğdc01\u005ce001üec01#fc01"
cp1125 cp866 f208ҐґЄєІіЇї
cp1140 cp037 9f01€
hp_roman8 latin_1 a15fÀÂÈÊËÎÏ´ˋˆ¨˜ÙÛ₤¯Ýý°ÇçÑñ¡¿¤£¥§ƒ¢âêôûáéóúàèòùäëöüÅîØÆåíøæÄìÖÜÉïßÔÁÃãÐðÍÌÓÒÕõŠšÚŸÿÞþ·µ¶¾—¼½ªº«■»±\ufffd
kz1048 cp1251 8d02ҚҺ9d02қһa103ҰұӘa501Өaa01Ғaf01Үb401өba01ғbc04әҢңү
koi8_t koi8_r 8023қғ‚Ғ„…†‡\ufffd‰ҳ‹ҲҷҶ\ufffdҚ‘’“”•–—\ufffd™\ufffd›\ufffd\ufffd\ufffd\ufffd\ufffdӯӮa40f¤ӣ¦§\ufffd\ufffd\ufffd«¬\u00ad®\ufffd°±²b40b\ufffdӢ¶·\ufffd№\ufffd»\ufffd\ufffd\ufffd
ptcp154 cp1251 8004ҖҒӮғ860bҶҮҲүҠӢҢҚҺҸҗ9808ҳҷҡӣңқһҹa403ӨҘҰaa01Әad01ӯaf01Ҝb101ұb402ҙөba01әbd03Ҫҫҝ
palmos latin_1 8001€8219‚ƒ„…†‡ˆ‰Š‹Œ♦♣♥♠‘’“”•–—˜™š9c01œ9f01Ÿ
mac_arabic mac_roman 8101\u00a08b02\u06ba«9301…9801»9b01÷a060 !"#\u0024\u066a&'()*+\u060c-./\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669:\u061b<=>\u061f❊\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636\u0637\u0638\u0639\u063a[\u005c]^_\u0640\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064a\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u067e\u0679\u0686\u06d5\u06a4\u06af\u0688\u0691{|}\u0698\u06d2
mac_croatian mac_roman a901Šae01Žb401∆b901šbe01žc601Ćc801Čd001Đd802©de03Æ»–e601će801čf001đf902πËfd02Êæ
mac_farsi mac_arabic b00a\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9
mac_greek mac_roman 8102¹²8401³8701΅8b02΄¨9202£™9603•½‰9b02¦€a106ΓΔΘΛΞΠaa03ΣΪ§ae03°·Αb50dΒΕΖΗΙΚΜΦΫΨΩάΝc302ΟΡc601Τcb04ΥΧΆΈd101―d729ΉΊΌΎέήίόΏύαβψδεφγηιξκλμνοπώρστθωςχυζϊϋΐΰ\u00ad
mac_iceland mac_roman a001Ýdc05ÐðÞþý
mac_latin2 mac_roman 8102Āā8401Ą8802ąČ8b03čĆć8f03ŹźĎ9304ďĒēĖ9801ė9d02Ěěa201Ęab01ęae04ģĮįĪb402īĶb80ałĻļĽľĹĺŅņŃc402ńŇcb02ňŐce02őŌd804ōŔŕŘde04řŖŗŠe403šŚśe802Ťťeb03ŽžŪf002ūŮf30cůŰűŲųÝýķŻŁżĢ
mac_romanian mac_roman ae02ĂȘbe02ășde02Țț
mac_turkish mac_roman da06ĞğİıŞşf501`;
