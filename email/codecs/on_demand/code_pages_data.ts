// deno-fmt-ignore-file
/**
 * The single-byte charsets that Python has and TextDecoder has not, each as its differences to another one. Written by
 * tests/email/data/code_pages.py, which says how.
 *
 * @module
 */

/** A page on each line: name, the page it starts from, packed differences. From CPython 3.13.0. */
export const CODE_PAGES = `cp037 cp866 (+R+q*n)3R%9#-(@U%q)r)&&8+(T)C####k)<*z(####W*##X*#m)n)###o*p*###W*#X*Q*.t)|&&-#&&&6m'^)>M(n'{'v,##+,##+?o,(.'FT)u)&n*&-#&&&6}%k)3l&i%#b,W&##+,##+{(s%S%]%W%N[%Z,e)########|&Bb&<#i''Y'########h&B|%U&>k%Di&;#######r%_%D<#Y&o'T'&FA)@.##i(&p'3:j%Y(o&########h(X'&-#&g)a&########n(|&#+#,e+P+g+#######|'h%&-#&i+#########h)t%#+#q&
cp273 cp037 i%%j)*%]'(%e+-&X(Z((%s)'%+*%P+5%m'H%h&2%u&(%g(('x(Y&hc,'%w],/%w&'%x'/%u)'%P(/%k)3%#
cp424 cp037 g%-li%########+-#########,,########*-|Uh%}Uh%zUh%%iii%fii%%%cYa%+%_Ya%/'%%%/'%%%%%%/)%%%%%@)%%%%%/)%%%%%/)%%%%%/(%%%%
cp437 cp866 z&T%P-b&K3&-,&(#+0')w%#*]%g%R&&-4).y%.o&#&df,qY,S,:.07g%u%B,]S-YT-D'[%6BT%<dFwDdCP&a%d%kGjGc%AD8xQ,UQ,G_R,h&Qz,Vz,'h,#kQ-nu,(&u8Sd,
cp500 cp037 p%%T((%o&.%p&(%#v%%R'-&6Y&
cp720 cp437 z&&t)#&%(%%&**0###zh%#%&Uh%Zg%&(e%###%5#################V%*#####0%-#########%*######
cp737 cp437 z&T%fM################&######2################&'&####T%5#a%##Z%[%]%#)(^'&##&&#'&X%#
cp775 cp437 z&%x/&%/%%h%%+^%n&W&P'#Q&h')%Q&%(}%w)_,#&%i(%)g%'a&V(x%%+n'#)fT,W_,(,'%n*+(u&2:)(&R%Z&+&F5+.Hg)2:)R%Z&F5H+%u+%(f)7k'g%%.P)A#*#6c&]&pV,o^,%(r^,Q^,5C%%T_,'&a^,1
cp850 cp437 i'%Z/%&g%'.%y%/(H#)S%(&3(+&t&g%+.e%d'g%1#+r(k(##(&y%p%%%0%(#)j%g%%.v%g%-#)l%g%U&,3%(h^,u],5C%%D%%E%&D1
cp852 cp850 Q'&n4s(%%n&%&>#%%t%%%[)%&]&#&((#Z%#&'4#o%%%c&(*7#d)#o(#%'b(Q)r'-&W'R'(&]%#+&k)#,'>')%&#h&&%Q&(&X':(*}%#*R%#?%&#X%&%?&(V5)MD)(#c4W%#
cp855 cp850 z&R%ZV%o'n'o'h'o'r'o'n'o'n'o'n'o'n'o'n'o'n'o'n'o'n'o'p'o'n'o'v&g%Z%g%.g%f%g%b&g%>g%f%g%T&g%@g%+(Z&g%Hg%(&f%g%+&f%g%,-f%g%f%g%f%g%f%g%f%(&g%V&%4g%Dg%f%g%f%g%f%g%Hg%Z%g%l&g%dn+%1Sm+g%:g%X&g%n%g%Z%g%_%g%sL
cp856 cp850 z&@li%##########################zUh%%%%%.%%%%%%%%%%(%%+'%%%2&%%,-%%%%%%%%%)%%%*%%%%%%%+%%%%%%%
cp857 cp850 Y'%v1.%')&R&#*&}&#L&m(E'%Pii%5&%Qgi%'&LH(%Vei%
cp858 cp850 w(%Vn,
cp860 cp437 P'%].%%k%&%4%&(0%&G'%&)2%%P&%%[%%&A4'%*%%1-%'
cp861 cp437 W''d-d%I+%d%%&i%d%&%/%%g%*(S%:.0
cp862 cp437 z&?li%##########################
cp863 cp437 P'%t,%%=*'T^,q],W%%&f%&%&#*&&}%V&'&,&%&e&>&)=B/-b%(%E
cp864 latin_1 I%lp%R&Doh%0dv,#_Lo*&l&U%2ER%o%-2*ov,|Q,UQ,yG:'_x,Wy,B_Zi%#v/%s/#n/%&{hi%nUi%&S&&T5%q4#.*[rg%brg%**}ng%#########hpg%Utg%lrg%**wrg%ye%RVi%#&&T'y&&*&*****&&&&****&*.*iYi%.b'g%|Vi%Srg%frg%******&&*g&@&'Jk(wmg%hrg%*(*&k%,d%#W%-R%uf^%zr^%
cp865 cp437 i'%Z/%%g%5%c&
cp869 cp850 z&@rpi%%%%%%ush%rsh%ghi%;1x^,#ej+Xj+Yj+#d%c%fsh%%esh%]%QGpEaE#jF%2###X%o&p&#s&######%&##+(####(&##+&##+.&######2##(&##%4############&'&{&&'z&##%&#S'&(R'&[%_%
cp875 cp500 g%-fM########+-########&,-########SI)-|%_E&#yExE&&#+%9-*|%#####.+######^G-:]G####&cH]G##Z%[%]%#)(=&####/)#m&d%hh++.*^^,:e+vKdj+}^,%%c*-)b*e*%j*#/(+i*%]+
cp1006 latin_1 o'0pv%#########u.@%x%*Zpg%:#%#&mI&jI&&WI&TI&&&mH&jH&&&&mHnH&eHfHmHnH&&&&&&&&**########&&&&&[J&XJ&##&SJTJ&g(p(WJ&##|D4##l(##}I)lD#
cp1026 cp500 n%%j)%%d'3&z'F0%q-%%t/2%U&%&W(V*&%{)0'a(a%V'6%l'.'}*m&Z%5%j+/%u('%]+/%y,'%Z+/%y-3%'
cp1125 cp866 h),RY%#e*l'k'l'm'l'
cp1140 cp037 m'%Vn,
hp_roman8 latin_1 o'W&p,&.&#(#[%]</o<l=e;&vc,ye,R&d%i'P%d%Q%d%o'_%[%'&&n.{.x&260Y%260Y%260O08.i&v%Q%Ib%28Ik%t%Q%.Kp%E;K&d%Kd%m%'0'(d%v(#W*V+i)i%d%[')#2l],s],#KBCPt-as-9phi%
kz1048 cp1251 Y'&hY%d%2&e%d%&';#r%%%B(%{'(%Z%(%n&)%{'%(V'i&#:
koi8_t koi8_r z&GjY%5]]+c]+h]+21#xXa%[Xa%y[+Z]+a]+,'zeh%[gh%x[+#(#,C#fYa%[{_%X{_%uWa%rWa%%%%%cch%'%3{U%bU%aU%#Vii%%%Qii%###vhi%uhi%##%/nhi%}ch%kT%#dhi%u{_%r{_%^hi%Zhi%%%
ptcp154 cp1251 z&(_Y%-V(W(&/j%5*+C|&{&5d%)i%+,Z%*Q%|&{&5d%)('T&o'R%'%t%&%P%%%u'%%L&&U%l'(%E&'W&#A
palmos latin_1 z&%Vn,%=o*^S,dS,21#ms+Zt+kV,zV,mW,du-+&/Uo%#(#,C#Qr+ZP,ic,%%A&%n%
mac_arabic mac_roman {&%Z+-&|l%il%*%]_,(%m^,&%p&(X&u-####|n%{n%#####bj%aj%##Pn%#########}m%bj%aj%##bj%zs,ys,#########################aj%####bj%##################|%/<j'[&8u%4wl%##Pm%l&
mac_croatian mac_roman w'%|3(%]%)%jl,(%ym,(%]%+%g)%%.+%*+&Pkg%sog%(']%;p],)%^Y,%%.+%*,&XCeF&&'Z%
mac_farsi mac_arabic P(.pv%#########
mac_greek mac_roman {&&b,3%%#&%tD'&'^E)&/Tl,&'o/a^,z^,&&Qa,lf,(*mp+#*((&''(0SG%'40VE(1#(##&#&6,+#(C%&&&%%(((#&i%&&%Xj+)MYj+#&&b%##]%u&t&^%#NM#DK*&,-###&#>?&#=D3,)CJ#q&d%SG
mac_iceland mac_roman n'%P.a%)?d%Id%'
mac_latin2 mac_roman {&&l/#%%('&#0%'#3#%'V)#{(%(#(#(%%#(&(#'%+,%#&(68#/&&#8&.:3###/#8#+&&#()&#2%&#/,(#0#(&(#+#4&'#3#%&4#%'R%#M&&#(%0#####w*d%l&R'o&n&U(
mac_romanian mac_roman |'&p/l02&m0l0B&##
mac_turkish mac_roman |(*|0#D#P&#9%Tcg%`;
