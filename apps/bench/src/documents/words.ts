export const FIRST_NAMES =
  'Ada Aiko Amara Anders Beatriz Chen Chloe Dmitri Elena Farid Fatima Grace Hana Hugo Ingrid Ivan Jamal Jonas Kaya Kofi Lena Liam Lucia Mateo Mei Mila Nadia Noah Olga Omar Priya Rahul Rosa Sofia Sven Tariq Theo Uma Yara Zoe'.split(
    ' ',
  );
export const LAST_NAMES =
  'Almeida Andersson Bauer Bianchi Brown Chowdhury Cohen Costa Dubois Eriksen Fernandez Fischer Garcia Gruber Haddad Hansen Ito Ivanova Jensen Kim Kovacs Kowalski Larsen Lopez Martin Meier Moreau Mueller Nakamura Nguyen Novak Okafor Patel Pereira Rossi Santos Sato Schmidt Silva Singh Smith Tanaka Wang Weber Yilmaz Zhang'.split(
    ' ',
  );
export const CITIES =
  'Amsterdam Athens Bangalore Barcelona Berlin Bern Bogota Brussels Buenos_Aires Cairo Cape_Town Chicago Copenhagen Dakar Delhi Dublin Geneva Hamburg Hanoi Helsinki Istanbul Jakarta Kyoto Lagos Lima Lisbon London Lyon Madrid Melbourne Milan Montreal Mumbai Munich Nairobi Oslo Paris Porto Prague Quito Rome Santiago Seoul Singapore Stockholm Sydney Tallinn Tokyo Toronto Vienna Warsaw Zurich'
    .split(' ')
    .map((city) => city.replace('_', ' '));
export const STREETS =
  'Acorn_Road Bridge_Street Castle_Lane Cherry_Avenue Church_Street Forest_Drive Garden_Street Harbour_Road High_Street Hill_Road King_Street Lake_View Main_Street Maple_Avenue Market_Square Mill_Lane Oak_Avenue Park_Road River_Walk School_Lane Station_Road Sunset_Boulevard Victoria_Street Willow_Way'
    .split(' ')
    .map((street) => street.replace('_', ' '));
export const TAGS =
  'annual business club early family gift gold guest health invoice loyal mobile new night online partner press returning silver student trial vip weekend wholesale'.split(
    ' ',
  );
export const WORDS =
  'about above account after again arrive between bright called careful change clear close coffee contact corner cover create customer delivery different door evening every famous feature follow garden general green house important interest kitchen language large leave letter light little market matter message morning mountain notice number order other paper people place point prefer present problem quick quiet reason remember return right round season second share short simple small sound special start station story street strong summer table thing thought through together travel under until value voice water weather white window winter without wonder world write yellow'.split(
    ' ',
  );
