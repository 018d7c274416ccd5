/** What mailboxes are for: what the server says (RFC 6154), and otherwise their names. */

/** What a mailbox is for. */
export type MailboxRole =
  | "inbox"
  | "all"
  | "archive"
  | "drafts"
  | "flagged"
  | "important"
  | "junk"
  | "sent"
  | "trash";

/** Where something goes: a mailbox by name, or by what it is for. */
export type MailboxTarget = string | { role: MailboxRole };

const byAttribute: Readonly<Record<string, MailboxRole>> = {
  "\\all": "all",
  "\\archive": "archive",
  "\\drafts": "drafts",
  "\\flagged": "flagged",
  "\\important": "important",
  "\\junk": "junk",
  "\\sent": "sent",
  "\\trash": "trash",
  // Gmail and Courier before RFC 6154.
  "\\allmail": "all",
  "\\spam": "junk",
  "\\starred": "flagged",
  "\\inbox": "inbox",
};

/** All roles. */
export function allRoles(): MailboxRole[] {
  return [...new Set(Object.values(byAttribute))];
}

/**
 * Names that clients and servers have given to these mailboxes, in lower case: English, German, French, Spanish, Italian, Portuguese,
 * Dutch, Polish, Swedish, Danish, Norwegian, Finnish, Czech, Turkish, Russian, Ukrainian, Chinese, Japanese, Korean.
 */
const names: Readonly<Record<Exclude<MailboxRole, "inbox" | "all" | "flagged" | "important">, string>> = {
  archive:
    "archive|archives|archiv|archivo|archivio|arquivo|archief|archiwum|arkiv|arkisto|arşiv|архив|архів|归档|封存|アーカイブ|보관함",
  drafts:
    "drafts|draft|entwürfe|entwurf|brouillons|borradores|bozze|rascunhos|concepten|szkice|utkast|kladder|luonnokset|koncepty|taslaklar|черновики|чернетки|草稿|草稿箱|草稿夹|下書き|임시보관함",
  junk:
    "junk|spam|junk e-mail|junk email|junk mail|bulk mail|bulk|spamverdacht|unerwünscht|courrier indésirable|pourriel|correo no deseado|posta indesiderata|lixo eletrônico|lixo eletrónico|ongewenste e-mail|skräppost|roskaposti|nevyžádaná pošta|gereksiz|спам|垃圾邮件|垃圾箱|迷惑メール|스팸메일함",
  sent:
    "sent|sent items|sent messages|sent mail|gesendet|gesendete objekte|gesendete elemente|envoyés|éléments envoyés|messages envoyés|enviados|elementos enviados|itens enviados|posta inviata|inviati|verzonden|verzonden items|wysłane|skickat|sendt|sendt post|lähetetyt|odeslané|gönderilmiş öğeler|отправленные|надіслані|已发送|已发送邮件|寄件備份|送信済み|보낸편지함",
  trash:
    "trash|deleted|deleted items|deleted messages|bin|papierkorb|gelöscht|gelöschte objekte|gelöschte elemente|corbeille|éléments supprimés|papelera|elementos eliminados|cestino|posta eliminata|lixeira|lixo|itens excluídos|prullenbak|verwijderde items|kosz|papperskorgen|papirkurv|slettet post|roskakori|koš|çöp kutusu|silinmiş öğeler|корзина|удаленные|кошик|已删除|已删除邮件|刪除的郵件|ゴミ箱|削除済みアイテム|휴지통",
};

let byName: Map<string, MailboxRole> | undefined;

/** The role that the server names by an attribute. */
export function roleOfAttributes(attributes: readonly string[]): MailboxRole | undefined {
  for (const attribute of attributes) {
    const name = attribute.toLowerCase();
    if (Object.hasOwn(byAttribute, name)) return byAttribute[name];
  }
  return undefined;
}

/**
 * The role that a name suggests.
 *
 * @param name The mailbox's name.
 * @param delimiter What separates its levels.
 */
export function roleOfName(name: string, delimiter: string | null): MailboxRole | undefined {
  byName ??= new Map(
    Object.entries(names).flatMap(([role, list]) =>
      list.split("|").map((one) => [one, role as MailboxRole] as const)
    ),
  );
  if (name.toUpperCase() === "INBOX") return "inbox";
  const levels = delimiter === null ? [name] : name.split(delimiter);
  // Top level, or below INBOX or a name space such as [Gmail]: "Projects/Sent" is the user's own.
  if (levels.length > 2 || (levels.length === 2 && !/^(?:inbox|\[.*\])$/i.test(levels[0]!))) return undefined;
  return byName.get(levels.at(-1)!.normalize("NFC").toLowerCase().trim());
}

/** A mailbox as far as its role is concerned. */
export interface HasRole {
  name: string;
  role: MailboxRole | undefined;
  roleSource: "server" | "name" | undefined;
}

/**
 * Gives roles by name to mailboxes whose role the server has given to nobody: where it says one, it knows better; of two with a
 * fitting name, the one higher up.
 */
export function addRolesByName(mailboxes: readonly (HasRole & { delimiter: string | null })[]): void {
  const taken = new Set(mailboxes.map(({ role }) => role));
  const shortFirst = [...mailboxes].sort((a, b) => a.name.length - b.name.length);
  for (const mailbox of shortFirst) {
    if (mailbox.role !== undefined) continue;
    const role = roleOfName(mailbox.name, mailbox.delimiter);
    if (role === undefined || taken.has(role)) continue;
    taken.add(role);
    mailbox.role = role;
    mailbox.roleSource = "name";
  }
}
