"""Simplified Chinese tickets about parcels, exchanges and warranty."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer

STORIES = (
    Story(
        key="zh-parcel-where",
        language="zh-hans",
        team="shipping",
        tags=("delivery",),
        priority="normal",
        subjects=("我的包裹到哪里了？", "订单 {order} 物流六天没更新", "请帮忙查一下快递 {tracking}"),
        turns=(
            customer(
                ("订单 {order} 的物流停在中转站已经六天了，{carrier} 的客服一直占线。能帮忙问一下到底什么时候能到吗？"),
                "我买的 {shoe} 本来说上周五到{city}，今天还显示“运输中”，单号 {tracking}。请问是丢件了吗？",
                "快递查询页面从{ordered}起就没有新记录了。周末要出门，很想穿上新鞋，麻烦查一下。",
            ),
            agent(
                "已经帮您联系了 {carrier}：包裹之前被分到了别的线路，今天已转回{city}方向，预计{soon}送到。我设了提"
                "醒，那天早上会主动再查一次，您不用再来问。"
            ),
            customer(
                "今天收到了，谢谢你们一直盯着！",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "不用我催，客服主动跟进，很省心。"),
            Opinion(4, "快递慢，但客服很负责。"),
            Opinion(3),
        ),
    ),
    Story(
        key="zh-parcel-lost",
        language="zh-hans",
        team="shipping",
        tags=("delivery", "refund"),
        priority="high",
        subjects=("包裹是不是丢了？", "快递说找不到我的包裹"),
        turns=(
            customer(
                "{carrier} 今天回复说包裹 {tracking} 找不到了。付款已经三个星期，请问是补发还是退款？",
                "订单 {order} 已经等了二十天，快递公司和我都查不到下落。希望这周能有个结果。",
            ),
            agent(
                (
                    "非常抱歉让您等了这么久。我已向 {carrier} 提交查件，他们须在三个工作日内答复。您不必等他们的结"
                    "论：想要补发新鞋还是退款，告诉我一声，最晚{soon}办好。"
                ),
                waits_for_others=True,
            ),
            customer("补发吧，尺码还有货的话。"),
            agent(
                "{carrier} 今早确认找不到，新的一双 {shoe}（{size}码）已用特快寄出，新单号 {tracking}。如果旧包裹以"
                "后又出现，直接拒收就可以。"
            ),
        ),
        opinions=(
            Opinion(4, "丢件很烦，但处理得不错。"),
            Opinion(5, "主动补发，没有推来推去。"),
        ),
    ),
    Story(
        key="zh-delivered-not",
        language="zh-hans",
        team="shipping",
        tags=("delivery",),
        priority="high",
        subjects=("显示已签收，但我没收到",),
        turns=(
            customer(
                "物流显示昨天下午“本人签收”，可我一整天都在上班，家里也没有人。订单 {order}。",
                "快递说放在驿站，驿站说没有。单号 {tracking}，请帮忙查一下签收照片。",
            ),
            agent(
                (
                    "我已经请 {carrier} 提供投递照片和定位，48 小时内答复。麻烦您先问一下邻居和物业前台，很多时候就"
                    "在那里。"
                ),
                waits_for_others=True,
            ),
            customer("找到了！保安大叔帮我收在值班室，忘了告诉我。"),
            agent("找到就好！我还是会提醒 {carrier}，下次要留个通知。祝您穿得舒服！"),
        ),
        opinions=(
            Opinion(5, "回复很快，人也很好。"),
            Opinion(4),
        ),
    ),
    Story(
        key="zh-address",
        language="zh-hans",
        team="shipping",
        tags=("address", "delivery"),
        priority="urgent",
        subjects=("地址填错了，请先别发货！", "订单 {order} 修改收货地址"),
        turns=(
            customer(
                ("刚下的订单 {order}，地址还是以前租的房子。麻烦改成{city}市中山路 88 号 6 栋 1203，现在还来得及吗？"),
                "急！订单 {order} 填成了公司地址，明天开始公司放假没人收。请改成账户里的家庭地址。",
            ),
            agent("来得及。订单 {order} 还在打包台上，地址已经改好，新面单也打印出来了，我亲自核对过，今晚随车发出。"),
            customer("太及时了，谢谢！"),
        ),
        opinions=(
            Opinion(5, "二十分钟就改好了！"),
            Opinion(5),
        ),
    ),
    Story(
        key="zh-exchange",
        language="zh-hans",
        team="shipping",
        tags=("exchange", "size"),
        priority="normal",
        subjects=("尺码小了，想换大一码", "{size}码换{bigger}码", "鞋子挤脚，可以换吗？"),
        turns=(
            customer(
                "{shoe} 收到了，很好看，但是{size}码有点挤脚，想换{bigger}码。只在家里地毯上试过。运费谁出呢？",
                "平时都穿{size}码，你们家的好像偏小，前面顶脚趾。订单 {order}，能换大一码吗？",
                "给妈妈买的 {shoe} 小了半码，想换{bigger}码，颜色还是{colour}，有货吗？",
            ),
            agent("可以换，来回运费都由我们承担。{bigger}码已经帮您留了一双。您希望现在就寄出，还是等旧鞋寄回后再寄？"),
            customer("现在就寄吧，谢谢！"),
            agent("新鞋今天寄出，预计{soon}到。旧鞋放回原来的盒子就行，退货说明在新包裹里。"),
        ),
        opinions=(
            Opinion(5, "换货很快，一分钱运费都没出。"),
            Opinion(5),
            Opinion(4, "希望尺码表写得更清楚。"),
        ),
    ),
    Story(
        key="zh-wrong-item",
        language="zh-hans",
        team="shipping",
        tags=("exchange", "complaint"),
        priority="high",
        subjects=("收到两只左脚鞋", "发错颜色了"),
        turns=(
            customer(
                Wording(
                    "打开盒子一看，两只都是左脚的，都是{size}码……照片在附件里，请问怎么处理？",
                    files=("photo-two-left.png",),
                ),
                Wording(
                    "订的是{colour}的 {shoe}，收到的是另外一个颜色。吊牌还没剪，照片见附件。",
                    files=("photo-box.png",),
                ),
            ),
            agent(
                "实在对不起！正确的一双今天用特快寄出，我亲手打开盒子检查过：一只左、一只右，都是{size}码。发错的那"
                "双会有快递员上门取，不用特别包装。"
            ),
            customer(
                "收到了，一左一右，没问题。态度很好！",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "发错很无语，处理很迅速。"),
            Opinion(4),
        ),
    ),
    Story(
        key="zh-sole",
        language="zh-hans",
        team="shipping",
        tags=("warranty",),
        priority="normal",
        subjects=("鞋底开胶了", "穿了三个月鞋底脱落"),
        turns=(
            customer(
                Wording(
                    (
                        "夏天买的 Fjell Trail，昨天爬山时右脚鞋底从前面开胶了，一路用绳子绑着下山。照片在附件，这个"
                        "能保修吗？"
                    ),
                    files=("photo-sole.png",),
                ),
                Wording(
                    "才穿了三个月，鞋跟的地方就脱胶了，平时只是上下班穿。这个价位不应该吧？",
                    files=("photo-sole.png",),
                ),
            ),
            agent(
                "这不是正常磨损，是胶没有粘牢，在两年保修范围内。可以给您换一双新的，也可以由我们的师傅重新粘合加固"
                "，大约十天。您想选哪一种？"
            ),
            customer("换新的吧，冬天马上到了。"),
            agent("新的一双 Fjell Trail（{size}码）已寄出，单号 {tracking}。旧鞋不用寄回，麻烦您就近回收。"),
        ),
        opinions=(
            Opinion(5, "保修说到做到，没有扯皮。"),
            Opinion(4, "服务好，但质量要加强。"),
        ),
    ),
    Story(
        key="zh-customs",
        language="zh-hans",
        team="shipping",
        tags=("customs", "delivery"),
        priority="normal",
        subjects=("海关要求补交材料", "快递员要收 {fee} 关税"),
        turns=(
            customer(
                "收到通知说包裹 {tracking} 被海关扣下，要发票和价值证明，五天内提交。能提供一下吗？",
                "快递员上门要收 {fee} 关税才肯给包裹，可是网站写着“价格已含关税”。到底要不要付？",
            ),
            agent(
                Wording(
                    (
                        "您不用付，关税由我们承担。清关发票见附件，同样的材料我也直接发给了 {carrier} 的清关部门。"
                        "等他们确认后，我第一时间告诉您。"
                    ),
                    files=("customs-invoice.pdf",),
                ),
                waits_for_others=True,
            ),
            agent(
                "海关今早已放行，{carrier} 预计{soon}派送。",
                wait=(24, 60),
            ),
            customer(
                "收到了，没有再收钱。谢谢！",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "清关的事全帮我办了。"),
            Opinion(4),
        ),
    ),
    Story(
        key="zh-damaged",
        language="zh-hans",
        team="shipping",
        tags=("delivery", "complaint"),
        priority="normal",
        subjects=("包装破损，鞋头有污渍",),
        turns=(
            customer(
                Wording(
                    "箱子湿透了，左脚鞋头有一块水渍，本来是要送人的，这样没法送。照片在附件。",
                    files=("photo-damage.png",),
                ),
                Wording(
                    "快递箱被压扁了，右脚后跟变形。订单 {order}，请问能换一双吗？",
                    files=("photo-box.png",),
                ),
            ),
            agent(
                "看到照片都心疼。今天给您寄一双新的，加了礼品包装，预计{soon}到。湿的那双不用寄回，擦干净后送给需要"
                "的人吧。"
            ),
            customer("太贴心了，谢谢！"),
        ),
        opinions=(Opinion(5, "很有人情味的处理。"),),
    ),
    Story(
        key="zh-backorder",
        language="zh-hans",
        team="shipping",
        tags=("order", "delivery"),
        priority="normal",
        subjects=("预订的鞋什么时候发货？",),
        turns=(
            customer(
                "{shoe} 的发货时间改了两次，现在干脆没有日期了。请给个准信，我好决定等还是退。",
                "订单 {order} 一直显示“等待到货”，已经三周了，大概还要多久？",
            ),
            agent(
                (
                    "跟您说实话：装鞋的货柜从波尔图晚出发了，大约一周后到仓库，第一批里已经给您留好。我在等港口确认"
                    "，到货当天就写信给您。如果想退款，说一声，今天就退。"
                ),
                waits_for_others=True,
            ),
            agent(
                "货柜到了，您的鞋今天已发出，单号 {tracking}。感谢耐心等待，盒子里放了一罐鞋蜡。",
                wait=(60, 110),
            ),
        ),
        opinions=(
            Opinion(4, "等得久，但是说话算话。"),
            Opinion(5),
        ),
    ),
    Story(
        key="zh-outage",
        language="zh-hans",
        team="shipping",
        tags=("delivery",),
        priority="normal",
        subjects=("物流单号查不到了", "{carrier} 官网打不开"),
        turns=(
            customer(
                "昨天还能查到的单号 {tracking}，今天显示“不存在”。是系统问题还是包裹出事了？",
                "今天应该派送的包裹没有消息，快递 App 一直报错。订单 {order}。",
            ),
            agent(
                "请放心，是 {carrier} 的分拣系统出了故障，查询也跟着停了。包裹是安全的，只是暂时不动。来信特别多，"
                "回复晚了，很抱歉。恢复后我会再写信给您。"
            ),
            agent(
                "已经恢复了：您的包裹昨晚完成分拣，预计{soon}送到。",
                wait=(20, 48),
            ),
        ),
        opinions=(
            Opinion(3, "第一次回复等了很久。"),
            Opinion(4),
        ),
        in_outage=True,
    ),
    Story(
        key="zh-gift-date",
        language="zh-hans",
        team="shipping",
        tags=("delivery",),
        priority="high",
        subjects=("周六之前能到吗？",),
        turns=(
            customer(
                "想送爸爸当生日礼物，周六过生日。订单 {order} 昨天下的单，来得及寄到{city}吗？",
                "请问现在选特快，周五之前能到吗？到不了我就在本地买了，请实话实说。",
            ),
            agent(
                "来得及。我已经把您的订单提前打包，贴了特快面单，今天四点发车，{carrier} 预计{soon}上午送到。每天早"
                "上我都会看一眼物流，有异常马上告诉您。"
            ),
            customer(
                "准时到了，爸爸特别喜欢！",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "爸爸很喜欢，谢谢！"),
            Opinion(5),
        ),
    ),
)
