"""Simplified Chinese tickets about payments, orders and the shop."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer, note

STORIES = (
    Story(
        key="zh-refund",
        language="zh-hans",
        team="shipping",
        tags=("refund", "returns"),
        priority="normal",
        subjects=("退款什么时候到账？", "退货两周了还没退款"),
        turns=(
            customer(
                "{shoe} 退回去十几天了，物流显示你们已经签收，钱还没有退到卡上。订单 {order}，麻烦查一下。",
                "收到了“退货已受理”的邮件，之后就没有下文了。请问退款 {price} 一般要多久？",
            ),
            agent(
                "包裹确实到了，但里面没有订单纸条，所以被放在一边等认领。我用单号找到了它，检查后已经把 {price} 原"
                "路退回，银行一般三个工作日内到账。"
            ),
            customer(
                "已经到账了，谢谢！",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(4),
            Opinion(3, "退款还要自己来问，希望改进。"),
            Opinion(5, "一封邮件就解决了。"),
        ),
    ),
    Story(
        key="zh-double-charge",
        language="zh-hans",
        team="shipping",
        tags=("refund", "payment"),
        priority="normal",
        subjects=("同一个订单扣了两次款",),
        turns=(
            customer(
                Wording(
                    ("付款时页面卡住了，我又点了一次，结果订单 {order} 扣了两笔 {price}。账单截图在附件，请退回一笔。"),
                    files=("statement.pdf",),
                ),
                "信用卡账单上有两笔一样的金额，相差不到两分钟，但我只下了一单。请帮忙核实。",
            ),
            note("Two captures on one order, second is a retry. Anna says the refund is safe."),
            agent(
                "谢谢您提供的信息，很快就查到了。第二笔 {price} 是系统重复扣款，我刚刚已经退回，两三个工作日内能看"
                "到。订单本身不受影响，正常发货。"
            ),
            customer("看到退款记录了，效率很高！"),
        ),
        opinions=(Opinion(5, "一封邮件解决问题。"),),
    ),
    Story(
        key="zh-invoice",
        language="zh-hans",
        team="shipping",
        tags=("invoice",),
        priority="low",
        subjects=("可以开公司抬头的发票吗？", "需要英文发票报销"),
        turns=(
            customer(
                "公司给同事团购了几双 {shoe}，财务要公司抬头和税号的发票。订单 {order}，可以重新开吗？",
                "报销需要一份英文发票，写明运费和税额。麻烦了。",
            ),
            agent("没问题。请把公司全称、地址和税号发给我，一小时之内把 PDF 发给您。"),
            customer("青木设计有限公司，{city}市建设路 12 号，税号 91310115MA1K4。谢谢！"),
            agent(
                Wording(
                    "发票已开好，见附件。抬头也存到您的账户里了，下次会自动带出。",
                    files=("invoice.pdf",),
                ),
            ),
        ),
        opinions=(
            Opinion(5, "很快，格式也对。"),
            Opinion(5),
        ),
    ),
    Story(
        key="zh-gift-card",
        language="zh-hans",
        team="shipping",
        tags=("gift card",),
        priority="normal",
        subjects=("礼品卡密码刮坏了",),
        turns=(
            customer(
                Wording(
                    "朋友送的礼品卡，刮得太用力，最后三位看不清了。背面的编号还在，照片在附件，能帮忙吗？",
                    files=("photo-gift-card.png",),
                ),
                "礼品卡提示“已使用”，可我从来没有用过，一直放在抽屉里。",
            ),
            agent("凭编号查到了：这张卡里还有完整的 €100。旧卡已经作废，新卡号另外发到您的邮箱，有效期三年。"),
            customer("新卡号可以用，已经下单了！"),
        ),
        opinions=(
            Opinion(5),
            Opinion(5, "客服很有耐心。"),
        ),
    ),
    Story(
        key="zh-coupon",
        language="zh-hans",
        team="shipping",
        tags=("payment",),
        priority="low",
        subjects=("优惠码用不了",),
        turns=(
            customer(
                "邮件里的优惠码 AUTUMN15 显示“不适用于此商品”，购物车里只有一双 {shoe}，是哪里不对吗？",
                "下单的时候忘了填优惠码，订单 {order}，可以补上吗？",
            ),
            agent("不是您的问题，{shoe} 之前被误设成新品，所以不能用。我已经手动给您减了 15%，差额会退回原卡。"),
            customer("好的，谢谢！"),
        ),
        opinions=(
            Opinion(5),
            Opinion(4, "处理很快。"),
        ),
    ),
    Story(
        key="zh-price-drop",
        language="zh-hans",
        team="shipping",
        tags=("refund",),
        priority="low",
        subjects=("刚买两天就降价了",),
        turns=(
            customer("{ordered}原价买的 {shoe}，今天打七折。盒子都没拆，是退了重买，还是可以退差价？"),
            agent("不用来回折腾。我们有 14 天价保，差价已经退到您的卡上，鞋子您安心穿。"),
            customer("太厚道了，以后还来。"),
        ),
        opinions=(Opinion(5, "厚道！"),),
    ),
    Story(
        key="zh-cancel",
        language="zh-hans",
        team="shipping",
        tags=("order",),
        priority="high",
        subjects=("请取消订单 {order}",),
        turns=(
            customer(
                "二十分钟前下的单，颜色选错了，能在打包前取消吗？我重新下一单。",
                "我和爱人同时下了同一双鞋，麻烦取消后面的那单 {order}。",
            ),
            agent("赶上了，订单 {order} 已取消，{price} 的预授权也释放了。您的尺码库存充足，可以直接重新下单。"),
            customer("这么快！谢谢。"),
        ),
        opinions=(
            Opinion(5, "秒回。"),
            Opinion(5),
        ),
    ),
    Story(
        key="zh-store",
        language="zh-hans",
        team="shipping",
        tags=("stores",),
        priority="low",
        subjects=("奥斯陆门店几点关门？", "门店可以试穿吗？"),
        turns=(
            customer(
                "下周末去奥斯陆旅游，请问门店周日营业吗？想试一下 {shoe}。",
                "你们在{city}有门店吗？没有的话，奥斯陆的店离中央车站远不远？",
            ),
            agent(
                "奥斯陆门店在 Markveien，周一到周五 10 点至 19 点，周六 10 点至 18 点，周日休息；从中央车站坐电车约"
                "十分钟。{shoe} 的{size}码和{bigger}码已经请同事在柜台给您留到周六晚上。"
            ),
            customer("太周到了，周六见！"),
        ),
        opinions=(
            Opinion(5, "还帮忙留了两双试穿。"),
            Opinion(5),
        ),
    ),
)
