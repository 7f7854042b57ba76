"""The customers of the demo shop: about 140 people with plausible names, in their languages and time zones."""

from dataclasses import dataclass

from inbox.demo.cast import EN, HANS, HANT, RU


@dataclass(frozen=True, slots=True)
class Customer:
    """A person who writes: `addressed` is how a reply greets them, `since` the year of the first order.

    The address is the key: it is unique in the demo.
    """

    name: str
    addressed: str
    email: str
    language: str
    time_zone: str
    city: str
    gender: str
    since: int
    vip: bool = False
    signature: str = ""

    @property
    def first_name(self) -> str:
        """The short name under a second mail."""
        return self.name if self.language in (HANS, HANT) else self.name.split()[0]


_ENGLISH = """
Bo Larsen|bo@larsen.example|Europe/Copenhagen|Copenhagen|m|2023
Kay Ito|kay.ito@hoshi-retail.example|Asia/Tokyo|Tokyo|f|2022|vip|Kay Ito / Platform engineer, Hoshi Retail K.K.
Mia Fontaine|mia@fontaine.example|Europe/Paris|Lyon|f|2024|vip
Ada Brandt|ada@brandt-soen.example|Europe/Copenhagen|Aarhus|f|2021||Ada Brandt / Brandt & Søn ApS
Emma Whitfield|emma.whitfield@lakeside.example|Europe/London|Manchester|f|2022
Oliver Pryce|o.pryce@harbourmail.example|Europe/London|Cardiff|m|2024
Siobhan Kelleher|siobhan@kelleher.example|Europe/Dublin|Cork|f|2021|vip
Liam Doherty|liam.doherty@greenpost.example|Europe/Dublin|Galway|m|2025
Priya Raman|priya.raman@banyan.example|Asia/Kolkata|Bengaluru|f|2023
Arjun Mehta|arjun@mehta-family.example|Asia/Kolkata|Pune|m|2025
Hiroshi Tanabe|tanabe@kumo.example|Asia/Tokyo|Osaka|m|2022
Yuki Morimoto|yuki.morimoto@sakuramail.example|Asia/Tokyo|Sapporo|f|2024
Kim Ji-woo|jiwoo.kim@hanmail.example|Asia/Seoul|Seoul|f|2023
Park Min-jun|mj.park@seorak.example|Asia/Seoul|Busan|m|2025
Nurul Aziz|nurul.aziz@penang.example|Asia/Kuala_Lumpur|Penang|f|2024
Tan Wei Ling|weiling.tan@merlion.example|Asia/Singapore|Singapore|f|2022|vip
Rohan Pillai|rohan@pillai.example|Asia/Singapore|Singapore|m|2025
Jasmine Chow|jasmine.chow@peakmail.example|Asia/Hong_Kong|Hong Kong|f|2023
Ingrid Solberg|ingrid.solberg@fjordnet.example|Europe/Oslo|Bergen|f|2019|vip
Lars Haugen|lars@haugen.example|Europe/Oslo|Trondheim|m|2020
Marte Lie|marte.lie@nordmail.example|Europe/Oslo|Tromsø|f|2024
Sindre Aas|sindre.aas@polarpost.example|Europe/Oslo|Bodø|m|2023
Elin Lindqvist|elin@lindqvist.example|Europe/Stockholm|Gothenburg|f|2022
Johan Ekström|johan.ekstrom@malarmail.example|Europe/Stockholm|Stockholm|m|2021
Frida Åberg|frida.aberg@skanepost.example|Europe/Stockholm|Malmö|f|2025
Mikko Laine|mikko.laine@jarvi.example|Europe/Helsinki|Tampere|m|2023
Aino Virtanen|aino@virtanen.example|Europe/Helsinki|Turku|f|2024
Sanne de Vries|sanne@devries.example|Europe/Amsterdam|Utrecht|f|2022
Bram Jansen|bram.jansen@poldermail.example|Europe/Amsterdam|Groningen|m|2025
Noor Bakker|noor.bakker@grachten.example|Europe/Amsterdam|Amsterdam|f|2023
Camille Girard|camille.girard@rivage.example|Europe/Paris|Nantes|f|2024
Hugo Marchand|hugo@marchand.example|Europe/Paris|Paris|m|2021
Lucía Ortega|lucia.ortega@ramblas.example|Europe/Madrid|Barcelona|f|2023
Pablo Herrero|p.herrero@sierra.example|Europe/Madrid|Madrid|m|2025
Chiara Conti|chiara.conti@lagomail.example|Europe/Rome|Milan|f|2022
Matteo Greco|matteo@greco.example|Europe/Rome|Bologna|m|2024
Ewa Nowicka|ewa.nowicka@wislanet.example|Europe/Warsaw|Kraków|f|2023
Tomasz Zieliński|tomasz@zielinski.example|Europe/Warsaw|Gdańsk|m|2024
Petra Nováková|petra.novakova@vltava.example|Europe/Prague|Prague|f|2025
Inês Carvalho|ines.carvalho@tejo.example|Europe/Lisbon|Lisbon|f|2023
Rui Tavares|rui@tavares.example|Europe/Lisbon|Porto|m|2024
Eleni Papadaki|eleni.papadaki@aegean.example|Europe/Athens|Thessaloniki|f|2025
Zsófia Kiss|zsofia.kiss@dunapost.example|Europe/Budapest|Budapest|f|2022
Andrei Popa|andrei.popa@carpat.example|Europe/Bucharest|Cluj|m|2024
Grace Okafor|grace.okafor@thamesmail.example|Europe/London|London|f|2021|vip
Daniel Abrams|daniel@abrams.example|Europe/London|Leeds|m|2023
Harriet Boyle|harriet.boyle@moorland.example|Europe/London|Edinburgh|f|2020
Tom Ashworth|tom.ashworth@northpost.example|Europe/London|Sheffield|m|2025
Zara Hussain|zara.hussain@westway.example|Europe/London|Birmingham|f|2024
Callum Reid|callum.reid@lochmail.example|Europe/London|Glasgow|m|2022
Niamh Brennan|niamh@brennan.example|Europe/Dublin|Dublin|f|2023
Fatima Al-Sayed|fatima.alsayed@creekmail.example|Asia/Dubai|Dubai|f|2024
Omar Haddad|omar@haddad.example|Asia/Dubai|Abu Dhabi|m|2025
Linh Nguyen|linh.nguyen@hoankiem.example|Asia/Ho_Chi_Minh|Hanoi|f|2024
Anong Srisai|anong.srisai@chaopost.example|Asia/Bangkok|Bangkok|f|2023
Maria Santos|maria.santos@islamail.example|Asia/Manila|Cebu|f|2025
Dewi Lestari|dewi@lestari.example|Asia/Jakarta|Bandung|f|2024
Sofia Bergmann|sofia.bergmann@elbpost.example|Europe/Berlin|Hamburg|f|2022
Jonas Richter|jonas.richter@spreemail.example|Europe/Berlin|Berlin|m|2023
Katharina Vogel|k.vogel@isarnet.example|Europe/Berlin|Munich|f|2021|vip
Matthias Köhler|matthias@koehler.example|Europe/Berlin|Leipzig|m|2024
Anke Petersen|anke.petersen@kielpost.example|Europe/Berlin|Kiel|f|2025
Florian Huber|florian.huber@alpenmail.example|Europe/Vienna|Salzburg|m|2023
Ursula Meier|ursula.meier@limmat.example|Europe/Zurich|Zürich|f|2020
Mette Sørensen|mette@soerensen.example|Europe/Copenhagen|Odense|f|2022
Rasmus Holst|rasmus.holst@oresund.example|Europe/Copenhagen|Copenhagen|m|2024
Signe Kjær|signe.kjaer@limfjord.example|Europe/Copenhagen|Aalborg|f|2025
Nikolaj Friis|nikolaj@friis.example|Europe/Copenhagen|Esbjerg|m|2023
Helle Dam|helle.dam@baeltmail.example|Europe/Copenhagen|Roskilde|f|2021
Sam Carter|sam@carter-outdoor.example|Europe/London|Bristol|m|2022||Sam Carter / Carter Outdoor Ltd.
Julia Weiss|julia.weiss@hotel-seeblick.example|Europe/Berlin|Konstanz|f|2023||Julia Weiss / Front office, Hotel Seeblick
Erik Dahl|erik.dahl@markedsplass.example|Europe/Oslo|Oslo|m|2024||Erik Dahl / Integrations, Markedsplass AS
Ravi Shah|ravi@shah-retail.example|Asia/Kolkata|Mumbai|m|2023
Beatrice Lowe|beatrice.lowe@oldmill.example|Europe/London|Norwich|f|2024
Markus Lindholm|markus.lindholm@alandpost.example|Europe/Helsinki|Helsinki|m|2022
Kristín Jónsdóttir|kristin@jonsdottir.example|Atlantic/Reykjavik|Reykjavík|f|2023
Ana Horvat|ana.horvat@jadranmail.example|Europe/Zagreb|Split|f|2025
Luka Kranjc|luka@kranjc.example|Europe/Ljubljana|Ljubljana|m|2024
Deniz Aydın|deniz.aydin@bosphorus.example|Europe/Istanbul|Istanbul|f|2023
Naomi Levi|naomi.levi@carmelmail.example|Asia/Jerusalem|Haifa|f|2022
""".strip()

_RUSSIAN = """
Иван Петров|ivan@petrov.example|Asia/Almaty|Алматы|m|2023
Екатерина Соколова|e.sokolova@balticmail.example|Europe/Riga|Рига|f|2022|vip
Дмитрий Волков|dmitri.volkov@stepnet.example|Asia/Almaty|Астана|m|2024
Ольга Кузнецова|olga@kuznetsova.example|Europe/Tallinn|Таллин|f|2021
Алексей Морозов|a.morozov@adriapost.example|Europe/Belgrade|Белград|m|2025
Наталья Лебедева|natalia.lebedeva@kuramail.example|Asia/Tbilisi|Тбилиси|f|2024
Сергей Ким|sergey.kim@alatau.example|Asia/Almaty|Алматы|m|2022
Мария Орлова|maria@orlova.example|Europe/Vilnius|Вильнюс|f|2023
Тимур Ахметов|timur.akhmetov@stepnet.example|Asia/Almaty|Караганда|m|2025
Анна Григорян|anna.grigoryan@araratmail.example|Asia/Yerevan|Ереван|f|2023
Павел Новиков|pavel.novikov@cymail.example|Asia/Nicosia|Лимасол|m|2024
Светлана Романова|svetlana@romanova.example|Europe/Riga|Юрмала|f|2022
Артём Васильев|artem.vasilev@kuramail.example|Asia/Tbilisi|Батуми|m|2025
Ирина Захарова|irina.zakharova@estmail.example|Europe/Tallinn|Нарва|f|2020
Руслан Омаров|ruslan@omarov.example|Asia/Almaty|Шымкент|m|2024
Юлия Фёдорова|julia.fedorova@savapost.example|Europe/Belgrade|Нови-Сад|f|2023
Максим Белов|maxim.belov@araratmail.example|Asia/Yerevan|Ереван|m|2025
Алия Сеитова|aliya.seitova@alatau.example|Asia/Almaty|Алматы|f|2022
Виктор Гринберг|viktor@grinberg.example|Europe/Riga|Даугавпилс|m|2021
Дарья Мельник|darya.melnik@isarnet.example|Europe/Berlin|Берлин|f|2024
Олег Тарасов|oleg.tarasov@stepnet.example|Asia/Bishkek|Бишкек|m|2023
Полина Ершова|polina@ershova.example|Europe/Vilnius|Каунас|f|2025
""".strip()

_SIMPLIFIED = """
李娜|李女士|li.na@qinghe.example|上海|f|2023
王伟|王先生|wang.wei@yunmail.example|北京|m|2022
张敏|张女士|zhangmin@lanting.example|深圳|f|2024|vip
刘洋|刘先生|liuyang@yunmail.example|成都|m|2025
陈静|陈女士|chen.jing@haitang.example|杭州|f|2023
杨帆|杨先生|yangfan@fengxin.example|广州|m|2024
赵磊|赵先生|zhaolei@qinghe.example|西安|m|2022
黄丽|黄女士|huangli@nanfeng.example|厦门|f|2025
周杰|周先生|zhoujie@fengxin.example|南京|m|2023
吴倩|吴女士|wuqian@lanting.example|苏州|f|2024|vip
徐涛|徐先生|xutao@yunmail.example|武汉|m|2021
孙悦|孙女士|sunyue@haitang.example|青岛|f|2025
马超|马先生|machao@beifang.example|哈尔滨|m|2023
朱琳|朱女士|zhulin@qinghe.example|上海|f|2022
胡斌|胡先生|hubin@nanfeng.example|长沙|m|2024
郭晓燕|郭女士|guoxiaoyan@beifang.example|沈阳|f|2023
何俊|何先生|hejun@fengxin.example|重庆|m|2025
高雪|高女士|gaoxue@haitang.example|大连|f|2022
林志强|林先生|linzhiqiang@nanfeng.example|福州|m|2024
罗婷|罗女士|luoting@lanting.example|昆明|f|2023
梁宇|梁先生|liangyu@yunmail.example|南宁|m|2025
宋佳|宋女士|songjia@qinghe.example|北京|f|2021
郑浩然|郑先生|zhenghaoran@fengxin.example|郑州|m|2024
谢雨桐|谢女士|xieyutong@haitang.example|合肥|f|2025
韩梅|韩女士|hanmei@beifang.example|天津|f|2022
唐明|唐先生|tangming@yunmail.example|成都|m|2023
冯洁|冯女士|fengjie@lanting.example|宁波|f|2024
曹阳|曹先生|caoyang@qingmu-design.example|深圳|m|2023
""".strip()

_TRADITIONAL = """
林怡君|林小姐|lin.yijun@danshui.example|台北|f|2022
陳冠宇|陳先生|chen.guanyu@yushan.example|高雄|m|2024
張雅婷|張小姐|yating.chang@danshui.example|台中|f|2023|vip
黃志明|黃先生|huang.zhiming@formosa.example|台南|m|2025
吳佩珊|吳小姐|peishan.wu@yushan.example|新竹|f|2024
蔡承翰|蔡先生|tsai.chenghan@formosa.example|台北|m|2023
劉思妤|劉小姐|siyu.liu@danshui.example|桃園|f|2025
許家豪|許先生|hsu.jiahao@yushan.example|台中|m|2022
鄭淑芬|鄭小姐|cheng.shufen@formosa.example|花蓮|f|2021
楊子萱|楊小姐|zixuan.yang@danshui.example|新北|f|2024
""".strip()


def _western(row: str, language: str) -> Customer:
    name, email, zone, city, gender, since, vip, signature = [*row.split("|"), "", ""][:8]
    family_first = zone == "Asia/Seoul" or name == "Tan Wei Ling"
    addressed = name.partition(" ")[2] if family_first else name.split()[0]
    signed = signature.replace(" / ", "\n")
    return Customer(name, addressed, email, language, zone, city, gender, int(since), vip == "vip", signed)


def _chinese(row: str, language: str, zone: str) -> Customer:
    name, addressed, email, city, gender, since, vip = [*row.split("|"), ""][:7]
    return Customer(name, addressed, email, language, zone, city, gender, int(since), vip == "vip")


CUSTOMERS = (
    *(_western(row, EN) for row in _ENGLISH.splitlines()),
    *(_western(row, RU) for row in _RUSSIAN.splitlines()),
    *(_chinese(row, HANS, "Asia/Shanghai") for row in _SIMPLIFIED.splitlines()),
    *(_chinese(row, HANT, "Asia/Taipei") for row in _TRADITIONAL.splitlines()),
)
CUSTOMER_BY_EMAIL = {customer.email: customer for customer in CUSTOMERS}

STRANGERS = (
    Customer("RankBoost Team", "", "growth@rankboost.example", EN, "Europe/London", "London", "m", 2026),
    Customer("Accounts Receivable", "", "billing@inv-portal.example", EN, "Europe/London", "London", "m", 2026),
    Customer("Dr. Edwin Clarke", "", "e.clarke@private-office.example", EN, "Europe/London", "London", "m", 2026),
    Customer("Digital Growth Partners", "", "hello@dgp-seo.example", EN, "Europe/London", "London", "m", 2026),
    Customer("Retail Trends Weekly", "", "news@retailtrends.example", EN, "Europe/Berlin", "Berlin", "f", 2026),
)
"""Senders of unwanted mail; they are nobody's customers."""
